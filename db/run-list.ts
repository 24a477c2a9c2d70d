import { and, asc, desc, inArray, sql, type SQL } from 'drizzle-orm';
import { task } from './schema.ts';
import { envCondition, filterColumns, filterConditions, type FilterRules } from './filters.ts';
import type { Db } from './client.ts';
import type { RunRow } from './runs.ts';

/** Columns by which runs may be sorted, by their names on the wire. */
export const RUN_SORTS = {
  run_id: task.runId,
  cluster_name: task.clusterName,
  status: task.status,
  started_at: task.startedAt,
  finished_at: task.finishedAt,
  group_name: task.groupName,
  queued_at: task.queuedAt,
} as const;
export type RunSort = keyof typeof RUN_SORTS;

const RULES: FilterRules = {
  columns: filterColumns(task),
  substring: new Set(['image', 'alias', 'group_name', 'command', 'text', 'exit_reason']),
};

export interface RunListQuery {
  filters: ReadonlyMap<string, readonly string[]>;
  env: ReadonlyMap<string, string>;
  /** Runs of these engines only; null for all. */
  engines: readonly string[] | null;
  sortBy: RunSort;
  order: 'asc' | 'desc';
  limit: number;
  offset: number;
}

/** One page of runs and how many there are in all. Rows without the sorted value come last. */
export async function listRuns(
  db: Db,
  query: RunListQuery,
): Promise<{ total: number; runs: RunRow[] }> {
  const where = whereOf(query);
  const column = RUN_SORTS[query.sortBy];
  const direction = query.order === 'asc' ? asc(column) : desc(column);
  const [runs, counted] = await Promise.all([
    db
      .select()
      .from(task)
      .where(where)
      .orderBy(sql`${direction} NULLS LAST`, asc(task.runId))
      .limit(query.limit)
      .offset(query.offset),
    db
      .select({ total: sql<string>`count(*)` })
      .from(task)
      .where(where),
  ]);
  return { total: Number(counted[0]?.total ?? 0), runs };
}

function whereOf(query: RunListQuery): SQL | undefined {
  const engines = query.engines === null ? undefined : inArray(task.engine, [...query.engines]);
  return and(engines, envCondition(task.env, query.env), ...filterConditions(RULES, query.filters));
}
