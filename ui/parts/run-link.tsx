import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { paths } from '../paths.ts';

/** To the page of a run. */
export function RunLink({ runId, children }: { runId: string; children: ReactNode }) {
  return (
    <Anchor component={Link} to={paths.run(runId)} inherit>
      {children}
    </Anchor>
  );
}
