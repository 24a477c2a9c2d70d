import { Group, Text, UnstyledButton } from '@mantine/core';
import { useInViewport } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { runsOfQuery } from '../../api/definition-queries.ts';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { Ago } from '../../parts/time.tsx';
import { paths } from '../../paths.ts';

const AGE_MS = 10_000;

/** How the last run of a definition ended or stands; asked for where it is seen only. */
export function LastResult({ definitionId }: { definitionId: string }) {
  const { ref, inViewport } = useInViewport<HTMLDivElement>();
  const { data } = useQuery({
    ...runsOfQuery(definitionId, 1),
    enabled: inViewport,
    staleTime: AGE_MS,
    refetchInterval: AGE_MS,
  });
  return (
    <div ref={ref} style={{ minHeight: 20 }}>
      <Result run={data?.runs[0]} isKnown={data !== undefined} />
    </div>
  );
}

interface ResultProps {
  run:
    | (Parameters<typeof StatusBadge>[0]['run'] & { run_id: string; queued_at: string | null })
    | undefined;
  isKnown: boolean;
}

function Result({ run, isKnown }: ResultProps) {
  if (!isKnown) return null;
  if (run === undefined)
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
