import { and, getTableColumns, inArray, sql, type SQL } from 'drizzle-orm';
import { task } from './schema.ts';
import {
  envCondition,
  filterColumns,
  filterConditions,
  type FilterRules,
  type Variables,
} from './filters.ts';
import {
  countOf,
  inOrder,
  inTime,
  pageOf,
  totalOf,
  valueOf,
  type Listed,
  type Position,
  type Slice,
  type Total,
} from './page.ts';
import type { Db } from './client.ts';
import type { RunRow } from './runs.ts';

/** Columns by which runs may be sorted, by their names on the wire. Each has an index. */
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
/** What helps where a list of runs takes too long. */
export const NARROW_BY =
  'definition_id, cluster_name, status, user or alias, or to a time with queued_at_since';

/** In the words of ix_task_failed. */
const EXITS = {
  any: undefined,
  succeeded: sql`status = 'STOPPED' AND exit_code = 0`,
  failed: sql`status = 'STOPPED' AND exit_code IS DISTINCT FROM 0`,
};

export interface RunFilter {
  filters: ReadonlyMap<string, readonly string[]>;
  env: Variables;
  /** Runs of these engines only; null for all. */
  engines: readonly string[] | null;
  /** Of runs that are over: exit code 0, or any other or none. */
  exit?: 'succeeded' | 'failed' | null;
  /** A filter's single value is the whole text, in every column. */
  exact?: boolean;
}

interface SortedRuns extends RunFilter {
  sortBy: RunSort;
  order: 'asc' | 'desc';
  limit: number;
}

export interface RunListQuery extends SortedRuns {
  offset: number;
}

export interface RunsAfterQuery extends SortedRuns {
  /** `next` of the page before, of a query that differs in nothing else; null for the first page. */
  after: Position | null;
}

export interface RunPage extends Total {
  runs: RunRow[];
  /** What to ask for after this page; null at the end. */
  next: Position | null;
}

/**
 * One page of runs and how many there are in all. Rows without the sorted value come last; the run
 * id, in the same direction, decides among equals.
 * @throws FlotillaError `invalid` (a filter), `unavailable` (it took too long)
 */
export async function listRuns(db: Db, query: RunListQuery): Promise<RunPage> {
  return readRuns(db, query, query);
}

/** The same, from a position on: its cost does not grow with the depth of the page. */
export async function listRunsAfter(db: Db, query: RunsAfterQuery): Promise<RunPage> {
  return readRuns(db, query, query);
}

async function readRuns(db: Db, query: SortedRuns, slice: Slice): Promise<RunPage> {
  return inTime(NARROW_BY, async () => {
    const rows = await selectRuns(db, query, slice);
    const found = rows.flatMap(({ run, value }) => (run === null ? [] : [{ run, value }]));
    const sizes = { counted: rows[0]?.counted ?? 0, found: found.length };
    const total = await totalOf(db, listedBy(query), whereOf(query), slice, sizes);
    const page = found.slice(0, slice.limit);
    const last = found.length > slice.limit ? page.at(-1) : undefined;
    return {
      ...total,
      runs: page.map(({ run }) => run),
      next: last === undefined ? null : { value: last.value, id: last.run.runId },
    };
  });
}

/**
 * The one statement of a page: its rows with their number, or one row with the number where there
 * are none.
 */
export function selectRuns(db: Db, query: SortedRuns, slice: Slice) {
  const listed = listedBy(query);
  const where = whereOf(query);
  return db
    .select({
      counted: sql<number>`counted.rows`,
      value: valueOf(listed),
      run: getTableColumns(task),
    })
    .from(countOf(listed, where, slice))
    .leftJoin(pageOf(listed, where, slice), sql`true`)
    .leftJoin(task, sql`${task.runId} = page.id`)
    .orderBy(inOrder(slice.order));
}

function listedBy(query: SortedRuns): Listed {
  return { table: task, id: task.runId, sort: RUN_SORTS[query.sortBy] };
}

/** @throws FlotillaError `invalid` naming the filter */
export function whereOf(query: RunFilter): SQL | undefined {
  const engines = query.engines === null ? undefined : inArray(task.engine, [...query.engines]);
  return and(
    engines,
    envCondition(task.env, query.env),
    EXITS[query.exit ?? 'any'],
    ...filterConditions(RULES, query.filters, query.exact),
  );
}
