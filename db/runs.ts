import {
  and,
  asc,
  eq,
  getTableColumns,
  gt,
  inArray,
  isNotNull,
  isNull,
  lt,
  ne,
  sql,
} from 'drizzle-orm';
import type { PodEvent } from '../domain/run.ts';
import type { OpenRun } from '../domain/sweep.ts';
import type { AttemptState, Status } from '../domain/lifecycle/status.ts';
import { runEvent, task } from './schema.ts';
import { transact, type Db, type Tx } from './client.ts';

export type RunRow = typeof task.$inferSelect;
export type NewRun = typeof task.$inferInsert;
export type TransitionRow = typeof runEvent.$inferSelect;

/** Rows of a flotilla-os on the same database have no workflow; nothing here may change them. */
const isOurs = isNotNull(task.workflowId);

/**
 * Inserts an accepted run and its first transition, in one statement.
 * @returns the row as it is stored
 */
export async function insertRun(tx: Tx, run: NewRun, actor: string | null): Promise<RunRow> {
  await tx.execute(sql`
    WITH run AS ${tx.insert(task).values(run).returning({ runId: task.runId })}
    INSERT INTO run_event (run_id, epoch, seq, status, at, actor)
    SELECT run_id, 0, 0, 'QUEUED', ${run.queuedAt ?? new Date()}::timestamptz, ${actor}::text FROM run`);
  return { ...EMPTY_ROW, ...run } as RunRow;
}

/** What the database gives to columns that an insert does not name. */
const EMPTY_ROW = {
  ...Object.fromEntries(Object.keys(getTableColumns(task)).map((name) => [name, null])),
  epoch: 0,
  seq: 0,
  requiresDocker: false,
} as RunRow;

export async function findRun(db: Tx, runId: string): Promise<RunRow | null> {
  const [row] = await db.select().from(task).where(eq(task.runId, runId));
  return row ?? null;
}

/** The tier of a run; null for a run that is not there or has none. */
export async function tierOf(db: Tx, runId: string): Promise<string | null> {
  const [row] = await db.select({ tier: task.tier }).from(task).where(eq(task.runId, runId));
  return row?.tier ?? null;
}

/** A run's transitions after a position, in order. */
export async function transitionsOf(
  db: Db,
  runId: string,
  after: { epoch: number; seq: number } = { epoch: -1, seq: -1 },
): Promise<TransitionRow[]> {
  return db
    .select()
    .from(runEvent)
    .where(
      and(
        eq(runEvent.runId, runId),
        sql`(${runEvent.epoch}, ${runEvent.seq}) > (${after.epoch}, ${after.seq})`,
      ),
    )
    .orderBy(asc(runEvent.epoch), asc(runEvent.seq));
}

/** True when the parent may have children: it is known and nobody asked to stop it. */
export async function lockParent(tx: Tx, runId: string): Promise<'free' | 'stopping' | 'unknown'> {
  const [row] = await tx
    .select({ stopping: task.stopRequestedAt })
    .from(task)
    .where(eq(task.runId, runId))
    .for('share');
  if (row === undefined) return 'unknown';
  return row.stopping === null ? 'free' : 'stopping';
}

/**
 * Marks a run and all its descendants, those of ours that are not over, and returns them. Locks level by
 * level, so that a child accepted meanwhile is either seen or refused.
 */
export async function markStop(db: Db, runId: string, by: string | null): Promise<RunRow[]> {
  return transact(db, async (tx) => {
    const marked: RunRow[] = [];
    const seen = new Set<string>();
    let level = [runId];
    while (level.length > 0) {
      level.forEach((id) => seen.add(id));
      await tx
        .select({ id: task.runId })
        .from(task)
        .where(inArray(task.runId, level))
        .orderBy(asc(task.runId))
        .for('update');
      marked.push(...(await markLevel(tx, level, by)));
      const children = await tx
        .select({ id: task.runId })
        .from(task)
        .where(inArray(task.parentRunId, level));
      level = children.map((child) => child.id).filter((id) => !seen.has(id));
    }
    return marked;
  });
}

async function markLevel(tx: Tx, level: string[], by: string | null): Promise<RunRow[]> {
  return tx
    .update(task)
    .set({
      stopRequestedAt: sql`coalesce(${task.stopRequestedAt}, clock_timestamp())`,
      stopRequestedBy: sql`CASE WHEN ${task.stopRequestedAt} IS NULL THEN ${by}::text
        ELSE ${task.stopRequestedBy} END`,
    })
    .where(and(inArray(task.runId, level), isOurs, ne(task.status, 'STOPPED')))
    .returning();
}

/** A definition's runs that are not over, those of another Flotilla included. */
export async function liveRunsOf(
  tx: Tx,
  definitionId: string,
): Promise<Pick<RunRow, 'runId' | 'workflowId'>[]> {
  return tx
    .select({ runId: task.runId, workflowId: task.workflowId })
    .from(task)
    .where(and(eq(task.definitionId, definitionId), ne(task.status, 'STOPPED')));
}

/** Accepted runs of ours whose workflow is not known to have begun, oldest first. */
export async function unstartedRuns(
  db: Db,
  olderThanSeconds: number,
  limit: number,
): Promise<RunRow[]> {
  return db
    .select()
    .from(task)
    .where(
      and(
        isOurs,
        isNull(task.workflowStartedAt),
        ne(task.status, 'STOPPED'),
        lt(task.queuedAt, sql`now() - make_interval(secs => ${olderThanSeconds})`),
      ),
    )
    .orderBy(asc(task.queuedAt))
    .limit(limit);
}

export async function markWorkflowStarted(db: Db, runIds: readonly string[]): Promise<void> {
  if (runIds.length === 0) return;
  await db
    .update(task)
    .set({ workflowStartedAt: sql`coalesce(${task.workflowStartedAt}, clock_timestamp())` })
    .where(inArray(task.runId, [...runIds]));
}

/** A page of a cluster's runs that are not over, by run id. */
export async function openRuns(
  db: Db,
  cluster: string,
  after: string,
  limit: number,
): Promise<OpenRun[]> {
  const last = sql`(SELECT a.attempt, a.state FROM launch_attempt a
    WHERE a.run_id = task.run_id ORDER BY a.attempt DESC LIMIT 1)`;
  return db
    .select({
      runId: task.runId,
      status: sql<Status>`task.status`,
      attempt: sql<number>`coalesce(last.attempt, 0)`,
      attemptState: sql<AttemptState | null>`last.state`,
      stopRequested: sql<boolean>`task.stop_requested_at IS NOT NULL`,
      grantedSlot: sql<boolean>`EXISTS (SELECT 1 FROM slot s
        WHERE s.run_id = task.run_id AND s.granted_at IS NOT NULL)`,
    })
    .from(task)
    .leftJoin(sql`LATERAL ${last} last`, sql`true`)
    .where(
      and(
        eq(task.clusterName, cluster),
        sql`task.workflow_id IS NOT NULL`,
        sql`task.status <> 'STOPPED'`,
        gt(task.runId, after),
      ),
    )
    .orderBy(asc(task.runId))
    .limit(limit);
}

/** Which of these runs are ours and over. */
export async function runsThatAreOver(db: Db, runIds: readonly string[]): Promise<Set<string>> {
  if (runIds.length === 0) return new Set();
  const rows = await db
    .select({ id: task.runId })
    .from(task)
    .where(
      and(
        inArray(task.runId, [...runIds]),
        sql`${task.workflowId} IS NOT NULL`,
        eq(task.status, 'STOPPED'),
      ),
    );
  return new Set(rows.map((row) => row.id));
}

/** What a run's row has; flotilla-os writes JSON's null where there is nothing, which `||` takes for an element. */
const writtenEvents = sql`coalesce(nullif(${task.podEvents}, 'null'), '[]')`;

/** Appends what happened on the cluster, leaving out what is there already. */
export async function appendPodEvents(
  db: Db,
  runId: string,
  events: readonly PodEvent[],
): Promise<void> {
  for (const event of events) {
    const identity = JSON.stringify([
      { reason: event.reason, source_object: event.source_object, message: event.message },
    ]);
    await db
      .update(task)
      .set({ podEvents: sql`${writtenEvents} || ${JSON.stringify([event])}::jsonb` })
      .where(and(eq(task.runId, runId), sql`NOT ${writtenEvents} @> ${identity}::jsonb`));
  }
}

/**
 * A caller's word on a run whose workflow is closed: fields change, the status does not. Takes an
 * epoch of its own, after which nothing of the closed workflow can be written.
 * @returns the row as it is now; null where nothing was changed
 */
export async function amendClosedRun(
  db: Db,
  runId: string,
  fields: { exitCode: number | null; exitReason: string | null; runExceptions: string[] | null },
  actor: string | null,
): Promise<RunRow | null> {
  return transact(db, async (tx) => {
    const [row] = await tx
      .update(task)
      .set({
        epoch: sql`${task.epoch} + 1`,
        seq: 1,
        ...(fields.exitCode === null ? {} : { exitCode: fields.exitCode }),
        ...(fields.exitReason === null ? {} : { exitReason: fields.exitReason }),
        ...(fields.runExceptions === null ? {} : { runExceptions: fields.runExceptions }),
      })
      .where(and(eq(task.runId, runId), isOurs, eq(task.status, 'STOPPED')))
      .returning();
    if (row === undefined) return null;
    await tx.insert(runEvent).values({
      runId,
      epoch: row.epoch,
      seq: 1,
      status: 'STOPPED',
      attempt: row.attemptCount ?? 0,
      at: new Date(),
      reason: row.exitReason,
      actor,
    });
    return row;
  });
}
