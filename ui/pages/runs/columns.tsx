import { Checkbox, Group, Text } from '@mantine/core';
import { createColumnHelper, rowSelectionFeature, tableFeatures } from '@tanstack/react-table';
import type { RunSummary } from '../../api/run-filter.ts';
import { RunLink } from '../../parts/run-link.tsx';
import { useRunName } from '../../parts/run-name.ts';
import { shortId } from '../../parts/short-id.ts';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { Ago, Duration } from '../../parts/time.tsx';

export const features = tableFeatures({ rowSelectionFeature });

const helper = createColumnHelper<typeof features, RunSummary>();

/** From which width of the window on a column is there; the task says the rest below it. */
const VISIBLE_FROM: Record<string, { visibleFrom: 'sm' | 'md' | 'lg' }> = {
  run: { visibleFrom: 'md' },
  owner: { visibleFrom: 'sm' },
  cluster: { visibleFrom: 'md' },
  queued: { visibleFrom: 'sm' },
  duration: { visibleFrom: 'sm' },
  exit: { visibleFrom: 'lg' },
};

/** What a column's cells are given: whether they show, and how wide they are. */
export function cellPropsOf(column: string) {
  return { ...VISIBLE_FROM[column], ...(column === 'select' ? { w: 36 } : {}) };
}

export const columns = helper.columns([
  helper.display({
    id: 'select',
    header: ({ table }) => (
      <Checkbox
        size="xs"
        aria-label="Select all runs shown"
        checked={table.getIsAllRowsSelected()}
        indeterminate={table.getIsSomeRowsSelected() && !table.getIsAllRowsSelected()}
        onChange={table.getToggleAllRowsSelectedHandler()}
      />
    ),
    cell: ({ row }) => (
      <Checkbox
        size="xs"
        aria-label={`Select run ${row.id}`}
        checked={row.getIsSelected()}
        onChange={row.getToggleSelectedHandler()}
      />
    ),
  }),
  helper.display({
    id: 'status',
    header: 'Status',
    cell: ({ row }) => <StatusBadge run={row.original} />,
  }),
  helper.display({
    id: 'task',
    header: 'Task',
    cell: ({ row: { original: run } }) => <Task run={run} />,
  }),
  helper.display({
    id: 'run',
    header: 'Run',
    cell: ({ row }) => (
      <Text size="xs" ff="monospace" c="dimmed" title={row.id}>
        {shortId(row.id)}
      </Text>
    ),
  }),
  helper.accessor('owner', { id: 'owner', header: 'Owner', cell: text }),
  helper.accessor('cluster', { id: 'cluster', header: 'Cluster', cell: text }),
  helper.display({
    id: 'queued',
    header: 'Queued',
    cell: ({ row }) => <Ago at={row.original.queued_at} />,
  }),
  helper.display({
    id: 'duration',
    header: 'Duration',
    cell: ({ row }) => <RunDuration run={row.original} />,
  }),
  helper.display({
    id: 'exit',
    header: 'Exit',
    cell: ({ row: { original: run } }) =>
      run.status === 'STOPPED' ? (
        <Text size="sm" truncate maw={300} title={run.exit_reason ?? undefined}>
          {[run.exit_code, run.exit_reason].filter((one) => one !== null).join(' · ') || '–'}
        </Text>
      ) : null,
  }),
]);

function text({ getValue }: { getValue: () => string | null }) {
  return (
    <Text size="sm" truncate maw={160} title={getValue() ?? undefined}>
      {getValue() ?? '–'}
    </Text>
  );
}

function Task({ run }: { run: RunSummary }) {
  const name = useRunName(run);
  return (
    <>
      <Text size="sm" truncate maw={{ base: 210, sm: 260, lg: 340 }} title={name}>
        <RunLink runId={run.run_id}>{name}</RunLink>
      </Text>
      <Group gap={6} hiddenFrom="sm" c="dimmed" fz="xs" wrap="nowrap">
        <Text span inherit truncate maw={90}>
          {run.owner ?? ''}
        </Text>
        <Ago at={run.queued_at} />
        {run.started_at === null ? null : <RunDuration run={run} />}
      </Group>
    </>
  );
}

/** Of its last attempt; an attempt that is to follow has none yet. */
function RunDuration({ run }: { run: RunSummary }) {
  const waits = run.status === 'QUEUED' || run.status === 'PENDING';
  return <Duration from={waits ? null : run.started_at} to={run.finished_at} />;
}
