import { Checkbox } from '@mantine/core';
import { createColumnHelper, rowSelectionFeature, tableFeatures } from '@tanstack/react-table';
import { Link } from '@tanstack/react-router';
import type { RunSummary } from '../../api/run-filter.ts';
import { useRunName } from '../../parts/run-name.ts';
import { shortId } from '../../parts/short-id.ts';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { Ago, Duration } from '../../parts/time.tsx';
import { paths } from '../../paths.ts';

export const features = tableFeatures({ rowSelectionFeature });

const helper = createColumnHelper<typeof features, RunSummary>();

/** From which width of the window on a column is there; the task says the rest below it. */
const VISIBLE_FROM: Record<string, 'sm' | 'md' | 'lg'> = {
  run: 'md',
  owner: 'sm',
  cluster: 'md',
  queued: 'sm',
  duration: 'sm',
  exit: 'lg',
};

/** The class of a column's cells: whether they show, by Mantine's classes, and how wide they are. */
export function classOf(column: string): string {
  const from = VISIBLE_FROM[column];
  return `runs-${column}${from === undefined ? '' : ` mantine-visible-from-${from}`}`;
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
      <input
        type="checkbox"
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
    cell: ({ row }) => <span title={row.id}>{shortId(row.id)}</span>,
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
        <div className="runs-text" title={run.exit_reason ?? undefined}>
          {[run.exit_code, run.exit_reason].filter((one) => one !== null).join(' · ') || '–'}
        </div>
      ) : null,
  }),
]);

function text({ getValue }: { getValue: () => string | null }) {
  return (
    <div className="runs-text" title={getValue() ?? undefined}>
      {getValue() ?? '–'}
    </div>
  );
}

function Task({ run }: { run: RunSummary }) {
  return (
    <>
      {run.template_id === null ? (
        <TaskLink run={run} name={run.alias ?? run.run_id} />
      ) : (
        <TemplateLink run={run} />
      )}
      <div className="runs-rest mantine-hidden-from-sm">
        <span className="runs-text">{run.owner ?? ''}</span>
        <Ago at={run.queued_at} />
        {run.started_at === null ? null : <RunDuration run={run} />}
      </div>
    </>
  );
}

function TemplateLink({ run }: { run: RunSummary }) {
  return <TaskLink run={run} name={useRunName(run)} />;
}

function TaskLink({ run, name }: { run: RunSummary; name: string }) {
  return (
    <div className="runs-text" title={name}>
      <Link to={paths.run(run.run_id)}>{name}</Link>
    </div>
  );
}

/** Of its last attempt; an attempt that is to follow has none yet. */
function RunDuration({ run }: { run: RunSummary }) {
  const waits = run.status === 'QUEUED' || run.status === 'PENDING';
  return <Duration from={waits ? null : run.started_at} to={run.finished_at} />;
}
