import { and, asc, eq, sql } from 'drizzle-orm';
import { clusterState, slot } from './schema.ts';
import type { Tx } from './client.ts';

export interface SlotRequest {
  pool: string;
  runId: string;
  attempt: number;
  queuedAt: Date;
}

export interface SlotAnswer {
  granted: boolean;
  /** Why not, for people. */
  reason: string | null;
}

/** A run that was granted a slot and is to be told. */
export interface Grant {
  runId: string;
  attempt: number;
}

interface PoolState {
  /** Slots in all; null for no limit. */
  limit: number | null;
  /** Why nothing may start at all, or null. */
  closed: string | null;
}

/**
 * Asks for a slot in a cluster's pool. Without room the request stays as a row, in the order of
 * (priority, queued_at). To be called in a transaction.
 */
export async function requestSlot(tx: Tx, request: SlotRequest): Promise<SlotAnswer> {
  const pool = await poolState(tx, request.pool);
  if (pool.limit === null) {
    await tx
      .insert(slot)
      .values({ ...request, grantedAt: new Date() })
      .onConflictDoUpdate({
        target: [slot.runId, slot.attempt, slot.pool],
        set: { grantedAt: sql`coalesce(${slot.grantedAt}, clock_timestamp())` },
      });
    return { granted: true, reason: null };
  }
  await tx.insert(slot).values(request).onConflictDoNothing();
  await lockPool(tx, request.pool);
  await grantSlots(tx, request.pool, pool.limit);
  const [row] = await tx
    .select({ grantedAt: slot.grantedAt, ahead: aheadOf(request) })
    .from(slot)
    .where(and(eq(slot.runId, request.runId), eq(slot.attempt, request.attempt)));
  if (row?.grantedAt != null) return { granted: true, reason: null };
  const ahead = Number(row?.ahead ?? 0);
  const reason = pool.closed ?? `waiting for a slot on ${request.pool} (${ahead} ahead)`;
  return { granted: false, reason };
}

/**
 * Grants what the end of an attempt made room for, in the transaction that freed its slot. Without a
 * limit nobody waits, except for the moment after it was lifted: the sweep sees to those.
 */
export async function grantFreed(tx: Tx, pool: string): Promise<Grant[]> {
  const { limit } = await poolState(tx, pool);
  if (limit === null) return [];
  await lockPool(tx, pool);
  return grantSlots(tx, pool, limit);
}

/** Grants what a pool has room for, as after its limit was raised. */
export async function regrant(tx: Tx, pool: string): Promise<Grant[]> {
  const { limit } = await poolState(tx, pool);
  await lockPool(tx, pool);
  return grantSlots(tx, pool, limit);
}

async function poolState(tx: Tx, pool: string): Promise<PoolState> {
  const [cluster] = await tx
    .select({
      limit: clusterState.slotLimit,
      status: clusterState.status,
      reason: clusterState.statusReason,
    })
    .from(clusterState)
    .where(eq(clusterState.name, pool))
    .orderBy(asc(clusterState.id))
    .limit(1);
  if (cluster === undefined) return { limit: 0, closed: `cluster ${pool} is no longer known` };
  if (cluster.status === 'active') return { limit: cluster.limit, closed: null };
  const why = cluster.reason ? `: ${cluster.reason}` : '';
  return { limit: 0, closed: `cluster ${pool} is in status ${cluster.status}${why}` };
}

/** Counting and granting must not run twice at once in a pool. */
async function lockPool(tx: Tx, pool: string): Promise<void> {
  await tx.execute(sql`SELECT pg_advisory_xact_lock(hashtextextended(${`slot:${pool}`}, 0))`);
}

async function grantSlots(tx: Tx, pool: string, limit: number | null): Promise<Grant[]> {
  const room =
    limit === null
      ? sql`NULL`
      : sql`(SELECT greatest(${limit} - count(*), 0) FROM slot
             WHERE pool = ${pool} AND granted_at IS NOT NULL)`;
  const granted = await tx.execute<{ run_id: string; attempt: number }>(sql`
    UPDATE slot SET granted_at = clock_timestamp()
    FROM (
      SELECT pool, run_id, attempt FROM slot
      WHERE pool = ${pool} AND granted_at IS NULL
      ORDER BY priority DESC, queued_at, run_id
      LIMIT ${room}
    ) next
    WHERE slot.pool = next.pool AND slot.run_id = next.run_id AND slot.attempt = next.attempt
    RETURNING slot.run_id, slot.attempt`);
  return granted.rows.map((row) => ({ runId: row.run_id, attempt: row.attempt }));
}

function aheadOf(request: SlotRequest) {
  return sql<string>`(
    SELECT count(*) FROM slot other
    WHERE other.pool = ${request.pool} AND other.granted_at IS NULL
      AND (-other.priority, other.queued_at, other.run_id)
        < (-slot.priority, slot.queued_at, slot.run_id))`;
}
