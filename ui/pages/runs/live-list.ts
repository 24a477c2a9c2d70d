import type { RunSummary } from '../../api/run-filter.ts';

/** What a stream has said since the list was read, by run id; null for a run that matches no more. */
export type Changes = ReadonlyMap<string, RunSummary | null>;

/**
 * The rows of a list as they are now: changed ones in their places, new ones where they belong (pure).
 * @param rows as they were read, the last queued first
 * @param hasMore true when the list goes on: what belongs behind its last row is not shown yet
 */
export function liveRows(
  rows: readonly RunSummary[],
  changes: Changes,
  hasMore: boolean,
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
      !(hasMore && last !== undefined && compare(run, last) > 0),
  );
  return fresh.length === 0 ? kept : [...kept, ...fresh].toSorted(compare);
}

/** As the API sorts: the last queued first, without a time at the end, then by id. */
function compare(a: RunSummary, b: RunSummary): number {
  if (a.queued_at !== b.queued_at) {
    if (a.queued_at === null) return 1;
    if (b.queued_at === null) return -1;
    return a.queued_at < b.queued_at ? 1 : -1;
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
): { shown: RunSummary[]; held: number } {
  const held = anchor === null ? 0 : rows.filter((run) => compare(run, anchor) < 0).length;
  return { shown: rows.slice(held), held };
}
