import { Group, Text, UnstyledButton } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../../client/client.ts';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { Ago } from '../../parts/time.tsx';
import { paths } from '../../paths.ts';

/** How the last run of a definition ended or stands. @param run null when it never ran */
export function LastResult({ run }: { run: Schemas['RunSummary'] | null }) {
  if (run === null)
    return (
      <Text size="xs" c="dimmed">
        never ran
      </Text>
    );
  return (
    <UnstyledButton component={Link} to={paths.run(run.run_id)}>
      <Group gap={6}>
        <StatusBadge run={run} />
        <Text size="xs" c="dimmed" component="span">
          <Ago at={run.queued_at} />
        </Text>
      </Group>
    </UnstyledButton>
  );
}
