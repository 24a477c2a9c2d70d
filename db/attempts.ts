import { and, asc, eq, inArray, isNull, sql } from 'drizzle-orm';
import type { JobRef } from '../domain/lifecycle/messages.ts';
import { launchAttempt } from './schema.ts';
import type { Db } from './client.ts';

export type AttemptRow = typeof launchAttempt.$inferSelect;

/** A run's attempts, the first one first. */
export async function attemptsOf(db: Db, runId: string): Promise<AttemptRow[]> {
  return db
    .select()
    .from(launchAttempt)
    .where(eq(launchAttempt.runId, runId))
    .orderBy(asc(launchAttempt.attempt));
}

/**
 * Asks for leave to ask the engine: from now on the attempt counts as one that may run.
 * @returns false when nothing may be started for it: it is over or barred, or its run is to stop
 */
export async function claimLaunch(db: Db, ref: JobRef): Promise<boolean> {
  const { rowCount } = await db.$client.query(
    `UPDATE launch_attempt a SET asked_at = coalesce(a.asked_at, clock_timestamp())
     FROM task t
     WHERE a.run_id = $1 AND a.attempt = $2 AND a.state <> 'ended'
       AND t.run_id = a.run_id AND t.stop_requested_at IS NULL AND t.status <> 'STOPPED'`,
    [ref.runId, ref.attempt],
  );
  return (rowCount ?? 0) > 0;
}

/**
 * Bars an attempt from starting unless the engine may have been asked for it already.
 * @returns true when it may have been
 */
export async function barLaunch(db: Db, ref: JobRef): Promise<boolean> {
  const { rows } = await db.$client.query<{ asked: boolean }>(
    `WITH barred AS (
       UPDATE launch_attempt SET state = 'ended', ended_at = clock_timestamp()
       WHERE run_id = $1 AND attempt = $2 AND state = 'intent' AND asked_at IS NULL
       RETURNING attempt
     )
     SELECT NOT EXISTS (SELECT 1 FROM barred) AND EXISTS (
       SELECT 1 FROM launch_attempt WHERE run_id = $1 AND attempt = $2 AND asked_at IS NOT NULL
     ) AS asked`,
    [ref.runId, ref.attempt],
  );
  return rows[0]?.asked ?? false;
}

/** Ended attempts, their logs stored, whose leftovers the cluster may drop; oldest first. */
export async function unreleased(db: Db, cluster: string, limit: number): Promise<JobRef[]> {
  return db
    .select({ runId: launchAttempt.runId, attempt: launchAttempt.attempt })
    .from(launchAttempt)
    .where(
      and(
        eq(launchAttempt.clusterName, cluster),
        eq(launchAttempt.state, 'ended'),
        isNull(launchAttempt.releasedAt),
      ),
    )
    .orderBy(asc(launchAttempt.endedAt))
    .limit(limit);
}

export async function markReleased(db: Db, refs: readonly JobRef[]): Promise<void> {
  if (refs.length === 0) return;
  const keys = refs.map((ref) => `${ref.runId}/${ref.attempt}`);
  await db
    .update(launchAttempt)
    .set({ releasedAt: sql`clock_timestamp()` })
    .where(
      and(
        inArray(
          launchAttempt.runId,
          refs.map((ref) => ref.runId),
        ),
        inArray(sql`${launchAttempt.runId} || '/' || ${launchAttempt.attempt}`, keys),
      ),
    );
}
