import type { RunFilter, RunSummary } from '../../api/run-filter.ts';

/** The time by which a list is sorted, the latest first. */
export type Order = 'queued_at' | 'finished_at';

/** As the API sorts the runs of a filter (pure). */
export function orderOf(filter: RunFilter): Order {
  const isByEnd = filter.finished_since !== undefined || filter.finished_until !== undefined;
  return isByEnd ? 'finished_at' : 'queued_at';
}

/** What a stream has said since the list was read, by run id; null for a run that matches no more. */
export type Changes = ReadonlyMap<string, RunSummary | null>;

/**
 * The rows of a list as they are now: changed ones in their places, new ones where they belong (pure).
 * @param rows as they were read
 * @param hasMore true when the list goes on: what belongs behind its last row is not shown yet
 */
export function liveRows(
  rows: readonly RunSummary[],
  changes: Changes,
  hasMore: boolean,
  by: Order = 'queued_at',
): RunSummary[] {
  if (changes.size === 0) return [...rows];
  const known = new Set<string>();
  const kept: RunSummary[] = [];
  for (const row of rows) {
    if (known.has(row.run_id)) continue;
    known.add(row.run_id);
    const change = changes.get(row.run_id);
    if (change !== null) kept.push(change ?? row);
  }
  const last = rows.at(-1);
  const fresh = [...changes.values()].filter(
    (run): run is RunSummary =>
      run !== null &&
      !known.has(run.run_id) &&
      !(hasMore && last !== undefined && compare(run, last, by) > 0),
  );
  return fresh.length === 0 ? kept : [...kept, ...fresh].toSorted((a, b) => compare(a, b, by));
}

/** As the API sorts: the latest first, without a time at the end, then by id. */
function compare(a: RunSummary, b: RunSummary, by: Order): number {
  const [one, other] = [a[by], b[by]];
  if (one !== other) {
    if (one === null) return 1;
    if (other === null) return -1;
    return one < other ? 1 : -1;
  }
  return a.run_id < b.run_id ? 1 : a.run_id > b.run_id ? -1 : 0;
}

/**
 * Parts the rows that came in at the top while somebody reads further down (pure).
 * @param anchor the run that was first then; null to show all
 */
export function heldBack(
  rows: readonly RunSummary[],
  anchor: RunSummary | null,
  by: Order = 'queued_at',
): { shown: RunSummary[]; held: number } {
  const held = anchor === null ? 0 : rows.filter((run) => compare(run, anchor, by) < 0).length;
  return { shown: rows.slice(held), held };
}
