import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { paths } from '../paths.ts';
import { Empty } from '../parts/states.tsx';

/** An address that is none of ours. */
export function NoPage() {
  return (
    <Empty>
      There is no such page. See the{' '}
      <Anchor component={Link} to={paths.runs()}>
        runs
      </Anchor>
      .
    </Empty>
  );
}
