import type { Overview } from '../../api/insight-queries.ts';
import { BarList, type BarRow } from '../../parts/bar-list.tsx';
import { RunName } from '../../parts/run-name.ts';
import { stateOf } from '../../parts/run-state.ts';
import { Empty } from '../../parts/states.tsx';
import { durationText } from '../../parts/time-text.ts';
import { useNow } from '../../parts/use-now.ts';
import { paths } from '../../paths.ts';

/** Runs that are not over, by how far they are. */
export function OpenByStatus({ open }: { open: Overview['open'] }) {
  const rows = open
    .filter(({ runs }) => runs > 0)
    .map(({ status, runs }): BarRow => {
      const { word, color } = stateOf({ status, exit_code: null });
      return {
        key: status,
        label: word,
        parts: [{ value: runs, color, word: 'runs' }],
        text: runs,
        to: paths.runs(),
        search: { status },
      };
    });
  if (rows.length === 0) return <Empty>Every run is over.</Empty>;
  return <BarList label="Open runs by status" rows={rows} />;
}

/** What runs and what waits on each cluster; its limit is where it is full. */
export function Queues({ queue }: { queue: Overview['queue'] }) {
  if (queue.length === 0) return <Empty>There is no cluster.</Empty>;
  const rows = queue.map(({ cluster, waiting, running, limit }): BarRow => {
    const full = limit === null ? `${running} running` : `${running} of ${limit} running`;
    return {
      key: cluster,
      label: cluster,
      parts: [
        { value: running, color: 'blue', word: 'running' },
        { value: waiting, color: 'gray', word: 'waiting' },
      ],
      text: `${full}, ${waiting} waiting`,
      to: paths.runs(),
      search: { cluster, status: 'QUEUED,PENDING,RUNNING,NEEDS_RETRY' },
    };
  });
  return <BarList label="Running and waiting by cluster" rows={rows} />;
}

/** The runs that wait, those first that do so longest. */
export function LongestWaiting({ runs }: { runs: Overview['longest_waiting'] }) {
  const now = useNow(runs.length > 0);
  if (runs.length === 0) return <Empty>Nothing waits.</Empty>;
  const rows = runs.map((run): BarRow => {
    const waited = run.queued_at === null ? 0 : Math.max(0, now - Date.parse(run.queued_at));
    return {
      key: run.run_id,
      label: <RunName run={run} />,
      parts: [{ value: waited, color: stateOf(run).color, word: 'ms' }],
      text: `${run.cluster ?? 'no cluster'}, ${durationText(waited)}`,
      to: paths.run(run.run_id),
    };
  });
  return <BarList label="Runs that wait longest" rows={rows} />;
}
