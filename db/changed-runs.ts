import { and, asc, eq, sql, type SQL } from 'drizzle-orm';
import type { Db } from './client.ts';
import { task } from './schema.ts';
import { requireSnapshot, type Snapshot } from './snapshot.ts';

/**
 * A transaction that stays open while so many others begin is not waited for: its changes are not told
 * of. Ours end within seconds (see STATEMENT_TIMEOUT_MS); without an end to it, one that somebody forgot
 * would make every look read all that changed since.
 */
const LATE_BY_AT_MOST = 100_000;

/** Characters; it may be much longer, and a reader may be behind by many runs. */
const MAX_EXIT_REASON = 2_000;

const fields = {
  runId: task.runId,
  definitionId: task.definitionId,
  executableId: task.executableId,
  executableType: task.executableType,
  alias: task.alias,
  image: task.image,
  groupName: task.groupName,
  clusterName: task.clusterName,
  engine: task.engine,
  user: task.user,
  status: task.status,
  exitCode: task.exitCode,
  exitReason: sql<string | null>`left(${task.exitReason}, ${MAX_EXIT_REASON})`,
  attemptCount: task.attemptCount,
  queuedAt: task.queuedAt,
  startedAt: task.startedAt,
  finishedAt: task.finishedAt,
  changedIn: sql<number>`${task.changedIn}`.mapWith(task.changedIn),
};

type Row = typeof task.$inferSelect;

/** A run as lists show it, and which transaction made it so. */
export type ChangedRun = Pick<Row, Exclude<keyof typeof fields, 'changedIn'>> & {
  changedIn: number;
  /** Null also where it was not asked for. */
  env: Row['env'];
};

export interface Changes {
  /** What to ask from the next time. */
  snapshot: Snapshot;
  runs: ChangedRun[];
  /** True when there are more than were asked for; those that are here are then of no use. */
  more: boolean;
}

interface Wanted {
  limit: number;
  /** Environments may be long. */
  withEnv: boolean;
  where?: SQL | undefined;
}

/**
 * The runs that were changed by transactions which `since` did not see, each as it is now. Goes by what
 * was committed in between and not by time or number, so that one which commits late is not passed over.
 */
export async function changedRuns(db: Db, since: Snapshot, wanted: Wanted): Promise<Changes> {
  const rows = await selectChanged(db, since, wanted);
  const runs = rows.flatMap(({ run }) => (run?.runId == null ? [] : [run]));
  return {
    snapshot: requireSnapshot(rows[0]?.snapshot),
    runs: runs.slice(0, wanted.limit),
    more: runs.length > wanted.limit,
  };
}

/** Its one statement, by ix_task_changed; a row without a run where nothing has changed. */
export function selectChanged(db: Db, since: Snapshot, { limit, withEnv, where }: Wanted) {
  return db
    .select({
      snapshot: sql<string>`now.snapshot`,
      run: { ...fields, env: withEnv ? task.env : sql<null>`NULL::jsonb` },
    })
    .from(sql`(SELECT pg_current_snapshot()::text AS snapshot) AS now`)
    .leftJoin(changedIds(since, limit + 1, where), sql`true`)
    .leftJoin(task, eq(task.runId, sql`changed.run_id`))
    .orderBy(asc(task.changedIn), asc(task.runId));
}

function changedIds(since: Snapshot, limit: number, where: SQL | undefined): SQL {
  const from = Math.max(since.xmin, since.xmax - LATE_BY_AT_MOST);
  // The upper bound leaves out numbers that a dump has brought from another installation.
  const among = and(
    sql`${task.changedIn} >= ${from}`,
    sql`${task.changedIn} < pg_snapshot_xmax(pg_current_snapshot())::text::bigint`,
    sql`NOT pg_visible_in_snapshot(${task.changedIn}::text::xid8, ${since.text}::pg_snapshot)`,
    where,
  );
  return sql`(SELECT ${task.runId} FROM ${task} WHERE ${among}
    ORDER BY ${task.changedIn}, ${task.runId} LIMIT ${limit}) AS changed`;
}
