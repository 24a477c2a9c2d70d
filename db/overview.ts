import { asc, eq, sql } from 'drizzle-orm';
import type { Db } from './client.ts';
import type { Status } from '../domain/lifecycle/status.ts';
import type { RunRow } from './runs.ts';
import { task } from './schema.ts';

/** Runs that are looked at, the latest that ended. */
const MAX_ENDED = 100_000;
const LONGEST = 10;

/** What became of the runs that ended within an hour. */
export interface EndedInHour {
  /** Hours since 1970. */
  hour: number;
  succeeded: number;
  failed: number;
  /** Somebody asked to stop them, and they did not succeed before. */
  stoppedByHand: number;
}

export interface FailingDefinition {
  definitionId: string;
  alias: string | null;
  failed: number;
  /** That ended, however. */
  runs: number;
  lastFailedRunId: string;
}

export interface Ended {
  /** Those in which runs ended. */
  hours: EndedInHour[];
  /** At most ten, those with the most failures first. */
  failing: FailingDefinition[];
  /** False when more ended than were looked at: the earliest are missing. */
  exact: boolean;
}

const FAILED = 'exit_code IS DISTINCT FROM 0 AND stop_requested_at IS NULL';

/** By ix_task_by_finished_at, and of the definitions that fail by ix_task_definition_queued_at. */
const ENDED = `
  WITH ended AS MATERIALIZED (
    SELECT definition_id, floor(extract(epoch FROM finished_at) / 3600)::int AS hour,
      exit_code, stop_requested_at
    FROM task WHERE finished_at >= $1 AND status = 'STOPPED'
    ORDER BY finished_at DESC LIMIT ${MAX_ENDED}
  ), hours AS (
    SELECT hour, count(*) FILTER (WHERE exit_code = 0) AS succeeded,
      count(*) FILTER (WHERE ${FAILED}) AS failed,
      count(*) FILTER (WHERE exit_code IS DISTINCT FROM 0 AND stop_requested_at IS NOT NULL)
        AS "stoppedByHand"
    FROM ended GROUP BY hour
  ), failing AS (
    SELECT definition_id, count(*) FILTER (WHERE ${FAILED}) AS failed, count(*) AS runs
    FROM ended WHERE definition_id IS NOT NULL GROUP BY definition_id
    HAVING count(*) FILTER (WHERE ${FAILED}) > 0
    ORDER BY failed DESC, runs, definition_id LIMIT 10
  )
  SELECT (SELECT count(*)::int FROM ended) AS looked,
    (SELECT coalesce(jsonb_agg(hours ORDER BY hour), '[]') FROM hours) AS hours,
    (SELECT coalesce(jsonb_agg(jsonb_build_object('definitionId', f.definition_id,
        'alias', last.alias, 'failed', f.failed, 'runs', f.runs, 'lastFailedRunId', last.run_id)
        ORDER BY f.failed DESC, f.runs, f.definition_id), '[]')
      FROM failing f CROSS JOIN LATERAL (
        SELECT run_id, alias FROM task
        WHERE definition_id = f.definition_id AND status = 'STOPPED' AND ${FAILED}
        ORDER BY queued_at DESC LIMIT 1
      ) last) AS failing`;

/** The runs that have ended since a time, by hour, and the definitions that failed most. */
export async function endedSince(db: Db, since: Date): Promise<Ended> {
  const { rows } = await db.$client.query<Omit<Ended, 'exact'> & { looked: number }>(ENDED, [
    since,
  ]);
  const { looked = 0, hours = [], failing = [] } = rows[0] ?? {};
  return { hours, failing, exact: looked < MAX_ENDED };
}

const open = sql`SELECT run_id, cluster_name, status, queued_at FROM task
  WHERE workflow_id IS NOT NULL AND status <> 'STOPPED'`;

/** Our runs that are not over, by status. By ix_task_open. */
export async function openByStatus(db: Db): Promise<Map<Status, number>> {
  const { rows } = await db.execute<{ status: Status; runs: number }>(
    sql`SELECT status, count(*)::int AS runs FROM (${open}) AS open GROUP BY status`,
  );
  return new Map(rows.map(({ status, runs }) => [status, runs]));
}

/** Our runs that wait for their start, those that were queued first. By ix_task_open. */
export async function longestWaiting(db: Db): Promise<RunRow[]> {
  // Without the word, the planner may go through all that was ever queued, from the beginning.
  const waiting = sql`(WITH open AS MATERIALIZED (${open}) SELECT run_id FROM open
    WHERE status IN ('QUEUED', 'NEEDS_RETRY') ORDER BY queued_at, run_id LIMIT ${LONGEST}) AS waiting`;
  const rows = await db
    .select({ run: task })
    .from(waiting)
    .innerJoin(task, eq(task.runId, sql`waiting.run_id`))
    .orderBy(asc(task.queuedAt), asc(task.runId));
  return rows.map(({ run }) => run);
}
