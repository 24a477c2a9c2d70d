import { and, asc, eq, isNull, sql } from 'drizzle-orm';
import { idempotence, task } from './schema.ts';
import type { Tx } from './client.ts';

const KEEP = sql`interval '7 days'`;

/**
 * Claims a key for a run within the run's own transaction. A key is free when it was never claimed,
 * when its run is over with a non-zero exit code, or when its run is over and 7 days old. Runs of a
 * flotilla-os on the same database count as they do there.
 * @returns the run that has the key: `runId` itself when the claim succeeded
 */
export async function claimKey(tx: Tx, key: string, runId: string): Promise<string> {
  const [fresh] = await tx
    .insert(idempotence)
    .values({ key, runId })
    .onConflictDoNothing()
    .returning({ runId: idempotence.runId });
  if (fresh !== undefined) return handOver(tx, key, runId);
  // Waits for a rival's transaction, then sees what it committed.
  const [holder] = await tx
    .select({ runId: idempotence.runId })
    .from(idempotence)
    .where(eq(idempotence.key, key))
    .for('update');
  if (holder === undefined) return claimKey(tx, key, runId);
  const [run] = await tx.select({ free: isFree }).from(task).where(eq(task.runId, holder.runId));
  if (run !== undefined && !run.free) return holder.runId;
  await tx
    .update(idempotence)
    .set({ runId, claimedAt: sql`clock_timestamp()` })
    .where(eq(idempotence.key, key));
  return runId;
}

/** The first claim of a key here: a run of flotilla-os may have it. */
async function handOver(tx: Tx, key: string, runId: string): Promise<string> {
  const [holder] = await tx
    .select({ runId: task.runId })
    .from(task)
    .where(
      and(
        eq(task.idempotenceKey, key),
        // As the partial index has it.
        sql`${task.idempotenceKey} <> ''`,
        isNull(task.workflowId),
        sql`coalesce(${task.exitCode}, 0) = 0`,
        sql`${task.queuedAt} >= now() - ${KEEP}`,
      ),
    )
    .orderBy(asc(task.queuedAt), asc(task.runId))
    .limit(1);
  if (holder === undefined) return runId;
  await tx.update(idempotence).set({ runId: holder.runId }).where(eq(idempotence.key, key));
  return holder.runId;
}

const isFree = sql<boolean>`
  ${task.status} = 'STOPPED'
  AND (coalesce(${task.exitCode}, 0) <> 0 OR ${task.queuedAt} < now() - ${KEEP})`;
