import { asc, eq, sql } from 'drizzle-orm';
import type { JobEvent } from '../domain/job-event.ts';
import type { JobRef } from '../domain/lifecycle/messages.ts';
import { storable } from '../domain/storable.ts';
import { podEvent } from './schema.ts';
import type { Db } from './client.ts';

/** Events that are kept of a run: beyond that the oldest Normal ones go, then the oldest of all. */
const MAX_EVENTS = 500;
const MAX_MESSAGE = 4_000;
const MAX_WORD = 500;
const MAX_INT = 2_147_483_647;

export type EventRow = typeof podEvent.$inferSelect;

/** A run's events, the earliest first. */
export async function eventsOf(db: Db, runId: string): Promise<EventRow[]> {
  return db
    .select()
    .from(podEvent)
    .where(eq(podEvent.runId, runId))
    .orderBy(asc(podEvent.at), asc(podEvent.uid));
}

/**
 * Stores events as they come; one that is there already is replaced when it counts higher. Those of runs
 * that are not of this database, or not ours, are left out.
 * @returns what was not there before
 */
export async function recordPodEvents(
  db: Db,
  events: readonly JobEvent[],
): Promise<{ reason: string; source: string }[]> {
  if (events.length === 0) return [];
  const rows = events.map(({ ref, uid, count, at, type, reason, source, message }) => ({
    run_id: ref.runId,
    attempt: ref.attempt,
    uid: storable(uid, MAX_WORD),
    count: Math.min(count, MAX_INT),
    at,
    type: storable(type, MAX_WORD),
    reason: storable(reason, MAX_WORD),
    source: storable(source, MAX_WORD),
    message: storable(message, MAX_MESSAGE),
  }));
  const stored = await db.execute<{ fresh: boolean; reason: string; source: string }>(sql`
    INSERT INTO ${podEvent} (run_id, uid, attempt, count, at, type, reason, source, message)
    SELECT DISTINCT ON (e.run_id, e.uid) e.*
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS e(run_id varchar, uid text,
      attempt int, count int, at timestamptz, type text, reason text, source text, message text)
    JOIN task ON task.run_id = e.run_id AND task.workflow_id IS NOT NULL
    ORDER BY e.run_id, e.uid, e.count DESC
    ON CONFLICT (run_id, uid) DO UPDATE SET
      count = excluded.count, at = excluded.at, message = excluded.message
      WHERE excluded.count > pod_event.count
    RETURNING (xmax = 0) AS fresh, reason, source`);
  await dropExcess(db, [...new Set(events.map(({ ref }) => ref.runId))]);
  return stored.rows.filter(({ fresh }) => fresh);
}

async function dropExcess(db: Db, runIds: readonly string[]): Promise<void> {
  await db.$client.query(
    `DELETE FROM pod_event USING (
       SELECT run_id, uid, row_number() OVER (
         PARTITION BY run_id ORDER BY (type = 'Normal'), at DESC, uid
       ) AS place
       FROM pod_event WHERE run_id = ANY($1)
     ) ranked
     WHERE ranked.place > $2 AND pod_event.run_id = ranked.run_id AND pod_event.uid = ranked.uid`,
    [runIds, MAX_EVENTS],
  );
}

/** The most that attempts were seen to use so far; in megabytes and millicores. */
export async function recordUsage(
  db: Db,
  usages: readonly { ref: JobRef; memoryMb: number; cpuMillicores: number }[],
): Promise<void> {
  if (usages.length === 0) return;
  const rows = usages.map(({ ref, memoryMb, cpuMillicores }) => ({
    run_id: ref.runId,
    attempt: ref.attempt,
    memory: Math.min(Math.ceil(memoryMb), MAX_INT),
    cpu: Math.min(Math.ceil(cpuMillicores), MAX_INT),
  }));
  await db.$client.query(
    `UPDATE launch_attempt a SET max_memory_used = greatest(a.max_memory_used, used.memory),
       max_cpu_used = greatest(a.max_cpu_used, used.cpu)
     FROM jsonb_to_recordset($1::jsonb) AS used(run_id varchar, attempt int, memory int, cpu int)
     WHERE a.run_id = used.run_id AND a.attempt = used.attempt
       AND (used.memory > coalesce(a.max_memory_used, -1) OR used.cpu > coalesce(a.max_cpu_used, -1))`,
    [JSON.stringify(rows)],
  );
}
