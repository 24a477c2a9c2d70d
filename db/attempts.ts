import { and, asc, desc, eq, inArray, isNotNull, isNull, sql } from 'drizzle-orm';
import type { JobRef } from '../domain/lifecycle/messages.ts';
import type { Sizing } from '../domain/resources.ts';
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

/** What the engine was given for an attempt, or for the latest that it was asked for. */
export async function manifestOf(
  db: Db,
  runId: string,
  attempt: number | null,
): Promise<Pick<AttemptRow, 'attempt' | 'manifest'> | null> {
  const [row] = await db
    .select({ attempt: launchAttempt.attempt, manifest: launchAttempt.manifest })
    .from(launchAttempt)
    .where(
      and(
        eq(launchAttempt.runId, runId),
        attempt === null ? isNotNull(launchAttempt.askedAt) : eq(launchAttempt.attempt, attempt),
      ),
    )
    .orderBy(desc(launchAttempt.attempt))
    .limit(1);
  return row ?? null;
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
 * The engine has said that none of the launches so far started the attempt: those that may have begin
 * with the one that said so.
 */
export async function renewLaunch(db: Db, ref: JobRef, since: Date): Promise<void> {
  await db.$client.query(
    `UPDATE launch_attempt SET asked_at = greatest(asked_at, $3)
     WHERE run_id = $1 AND attempt = $2 AND state = 'intent' AND external_id IS NULL
       AND asked_at IS NOT NULL`,
    [ref.runId, ref.attempt, since],
  );
}

/** Makes registerLaunch refuse an attempt of which nothing is on record. */
export async function barAttempt(db: Db, ref: JobRef): Promise<void> {
  await db.$client.query(
    `UPDATE launch_attempt SET state = 'ended', ended_at = clock_timestamp()
     WHERE run_id = $1 AND attempt = $2 AND state = 'intent' AND external_id IS NULL`,
    [ref.runId, ref.attempt],
  );
}

/**
 * Puts the engine's name for an attempt on record, before its command may begin, with what the attempt
 * is given; that is the run's limit, too. The run is locked first, as every writer of both does.
 * @param manifest what the engine was given, in its own words
 * @returns false when the attempt may no longer start
 */
export async function registerLaunch(
  db: Db,
  ref: JobRef,
  externalId: string,
  manifest: string | null,
  sizing: Sizing,
): Promise<boolean> {
  const { rowCount } = await db.$client.query(
    `WITH run AS (
       SELECT run_id FROM task
       WHERE run_id = $1 AND stop_requested_at IS NULL AND status <> 'STOPPED'
       FOR NO KEY UPDATE
     ), registered AS (
       UPDATE launch_attempt a SET external_id = $3, manifest = coalesce($4, a.manifest),
         asked_cpu = coalesce(a.asked_cpu, $5), asked_memory = coalesce(a.asked_memory, $6),
         given_cpu = coalesce(a.given_cpu, $7), given_memory = coalesce(a.given_memory, $8),
         sizing = coalesce(a.sizing, $9)
       FROM run
       WHERE a.run_id = run.run_id AND a.attempt = $2 AND a.state <> 'ended'
         AND (a.external_id IS NULL OR a.external_id = $3)
       RETURNING a.run_id, a.given_cpu, a.given_memory
     )
     UPDATE task SET cpu_limit = registered.given_cpu, memory_limit = registered.given_memory
     FROM registered WHERE task.run_id = registered.run_id`,
    [
      ref.runId,
      ref.attempt,
      externalId,
      manifest,
      sizing.askedCpu,
      sizing.askedMemory,
      sizing.givenCpu,
      sizing.givenMemory,
      sizing.sizing,
    ],
  );
  return (rowCount ?? 0) > 0;
}

/** The engine's name for an attempt, if it has put one on record. */
export async function registeredAs(db: Db, ref: JobRef): Promise<string | null> {
  const { rows } = await db.$client.query<{ external_id: string | null }>(
    'SELECT external_id FROM launch_attempt WHERE run_id = $1 AND attempt = $2',
    [ref.runId, ref.attempt],
  );
  return rows[0]?.external_id ?? null;
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
