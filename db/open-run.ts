import { eq } from 'drizzle-orm';
import type { Admission, Opened, StopMark } from '../domain/lifecycle/record.ts';
import type { RunTiming } from '../domain/lifecycle/messages.ts';
import type { AttemptState, Status } from '../domain/lifecycle/status.ts';
import { notFound } from '../domain/errors.ts';
import { launchAttempt, task } from './schema.ts';
import { requestSlot } from './slots.ts';
import { transact, type Db, type Tx } from './client.ts';

interface OpenedRow {
  epoch: number;
  status: Status | null;
  active_deadline_seconds: number | null;
  stop_requested_at: Date | null;
  stop_requested_by: string | null;
  last_attempt: number | null;
  last_state: AttemptState | null;
  external_id: string | null;
  started_at: Date | null;
  admitted: boolean;
  fresh: boolean;
}

/**
 * One statement, because it stands between a request and its job. It admits only where there is no
 * limit; anybody else asks again by admitRun, which waits in the queue.
 */
const OPEN_RUN = `
  WITH run AS (
    UPDATE task SET epoch = epoch + 1, seq = 0,
      workflow_started_at = coalesce(workflow_started_at, clock_timestamp())
    WHERE run_id = $1 AND workflow_id IS NOT NULL
    RETURNING run_id, epoch, status, cluster_name, queued_at, active_deadline_seconds,
      stop_requested_at, stop_requested_by
  ), last AS (
    SELECT attempt, state, external_id, started_at FROM launch_attempt
    WHERE run_id = $1 ORDER BY attempt DESC LIMIT 1
  ), due AS (
    SELECT run.run_id, run.cluster_name, run.queued_at, coalesce(
      (SELECT attempt + CASE WHEN state = 'ended' THEN 1 ELSE 0 END FROM last), 1) AS attempt
    FROM run
    JOIN LATERAL (
      SELECT status, slot_limit FROM cluster_state WHERE name = run.cluster_name ORDER BY id LIMIT 1
    ) cluster ON cluster.status = 'active' AND cluster.slot_limit IS NULL
    WHERE $2 AND run.status <> 'STOPPED' AND run.stop_requested_at IS NULL
      AND NOT EXISTS (SELECT 1 FROM last WHERE state = 'launched')
  ), granted AS (
    INSERT INTO slot (pool, run_id, attempt, queued_at, granted_at)
    SELECT cluster_name, run_id, attempt, coalesce(queued_at, now()), clock_timestamp() FROM due
    ON CONFLICT (run_id, attempt, pool)
      DO UPDATE SET granted_at = coalesce(slot.granted_at, excluded.granted_at)
  ), intent AS (
    INSERT INTO launch_attempt (run_id, attempt, state, cluster_name, intent_at)
    SELECT run_id, attempt, 'intent', cluster_name, clock_timestamp() FROM due
    ON CONFLICT DO NOTHING RETURNING attempt
  )
  SELECT run.epoch, run.status, run.active_deadline_seconds, run.stop_requested_at,
    run.stop_requested_by, last.attempt AS last_attempt, last.state AS last_state,
    last.external_id, last.started_at,
    EXISTS (SELECT 1 FROM due) AS admitted, EXISTS (SELECT 1 FROM intent) AS fresh
  FROM run LEFT JOIN last ON true`;

/**
 * A workflow takes over a run: claims the next epoch, after which no earlier chain of executions can
 * write, and is admitted at once for the attempt that is due if its cluster has no limit.
 * @throws FlotillaError `not_found`
 */
export async function openRun(
  db: Db,
  runId: string,
  timing: RunTiming,
  options: { admit: boolean } = { admit: true },
): Promise<Opened> {
  const values = [runId, options.admit];
  const result = await db.$client.query<OpenedRow>({ name: 'open_run', text: OPEN_RUN, values });
  const [row] = result.rows;
  if (row === undefined) throw notFound(`Run with id ${runId} not found`);
  const underWay = row.last_state !== null && row.last_state !== 'ended';
  const stop = stopMark(row.stop_requested_at, row.stop_requested_by);
  return {
    epoch: row.epoch,
    status: row.status ?? 'QUEUED',
    attempt: row.last_attempt === null ? 1 : row.last_attempt + (underWay ? 0 : 1),
    asked: underWay || (row.admitted && !row.fresh),
    // On record before it is launched, it may not have been let go: the launch looks and goes on.
    externalId: row.last_state === 'launched' ? row.external_id : null,
    startedAt: underWay ? (row.started_at?.toISOString() ?? null) : null,
    deadlineSeconds: row.active_deadline_seconds || null,
    ending: stop === null ? null : { kind: 'stop', by: stop.by },
    admitted: row.admitted || row.last_state === 'launched',
    timing,
  };
}

/**
 * Asks for admission of an attempt; without room the run keeps its place in the queue.
 * @throws FlotillaError `not_found`
 */
export async function admitRun(db: Db, runId: string, attempt: number): Promise<Admission> {
  return transact(db, async (tx) => {
    const [row] = await tx.select().from(task).where(eq(task.runId, runId)).for('update');
    if (row === undefined) throw notFound(`Run with id ${runId} not found`);
    const stop = stopMark(row.stopRequestedAt, row.stopRequestedBy);
    if (stop !== null) return { admitted: false, stop, reason: null, asked: false };
    return admitWithin(tx, row, attempt);
  });
}

async function admitWithin(
  tx: Tx,
  row: typeof task.$inferSelect,
  attempt: number,
): Promise<Admission> {
  const pool = row.clusterName ?? '';
  const queuedAt = row.queuedAt ?? new Date();
  const slot = await requestSlot(tx, { pool, runId: row.runId, attempt, queuedAt });
  if (!slot.granted) return { admitted: false, stop: null, reason: slot.reason, asked: false };
  const intent = await tx
    .insert(launchAttempt)
    .values({ runId: row.runId, attempt, state: 'intent', clusterName: pool, intentAt: new Date() })
    .onConflictDoNothing()
    .returning({ attempt: launchAttempt.attempt });
  return { admitted: true, stop: null, reason: null, asked: intent.length === 0 };
}

/** What the API wrote of a stop into a run's row. */
export function stopMark(at: Date | null, by: string | null): StopMark | null {
  return at === null ? null : { by };
}
