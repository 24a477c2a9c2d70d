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
