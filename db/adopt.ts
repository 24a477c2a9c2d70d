import { and, asc, eq, inArray, isNull, sql } from 'drizzle-orm';
import type { Adoption, OpenForeignRun } from '../domain/adoption.ts';
import { parentRunId } from '../domain/environment.ts';
import type { Status } from '../domain/lifecycle/status.ts';
import { idempotence, launchAttempt, runEvent, slot, task } from './schema.ts';
import { transact, type Db, type Tx } from './client.ts';

const OPEN: Status[] = ['QUEUED', 'PENDING', 'RUNNING', 'NEEDS_RETRY'];
/** An adopted run's attempts are counted anew: what flotilla-os launched is the first. */
const FIRST_ATTEMPT = 1;

const columns = {
  runId: task.runId,
  status: task.status,
  engine: task.engine,
  clusterName: task.clusterName,
  taskArn: task.taskArn,
  podName: task.podName,
  sparkExtension: task.sparkExtension,
};

/** Runs of flotilla-os that are not over, in the order in which they were queued. */
export async function openForeignRuns(db: Db, cluster: string | null): Promise<OpenForeignRun[]> {
  return db
    .select(columns)
    .from(task)
    .where(
      and(
        isNull(task.workflowId),
        inArray(task.status, OPEN),
        cluster === null ? undefined : eq(task.clusterName, cluster),
      ),
    )
    .orderBy(sql`${task.queuedAt} NULLS LAST`, asc(task.runId));
}

export interface Activity {
  runId: string;
  what: 'queued' | 'begun' | 'ended';
  at: Date;
}

/**
 * The latest thing that flotilla-os did to a run within some minutes, or null. Each part reads an
 * index that it has: on a table of years, all the others would be read whole.
 */
export async function recentActivity(db: Db, minutes: number): Promise<Activity | null> {
  const since = sql`now() - make_interval(secs => ${minutes * 60})`;
  const { rows } = await db.execute<{ run_id: string; what: Activity['what']; at: string }>(sql`
    SELECT run_id, what, at FROM (
      SELECT run_id, 'queued' AS what, queued_at AS at FROM task
      WHERE workflow_id IS NULL AND queued_at > ${since}
      UNION ALL
      SELECT run_id, 'begun', started_at FROM task
      WHERE workflow_id IS NULL AND status IN ${OPEN} AND started_at > ${since}
      UNION ALL
      SELECT ended.run_id, 'ended', ended.finished_at
      FROM (
        SELECT name FROM cluster_state
        UNION SELECT cluster_name FROM task WHERE workflow_id IS NULL AND status IN ${OPEN}
      ) cluster
      CROSS JOIN LATERAL (
        SELECT run_id, finished_at FROM task
        WHERE cluster_name = cluster.name AND status = 'STOPPED' AND finished_at > ${since}
          AND workflow_id IS NULL
        ORDER BY finished_at DESC LIMIT 1
      ) ended
    ) recent ORDER BY at DESC LIMIT 1`);
  const [row] = rows;
  return row === undefined ? null : { runId: row.run_id, what: row.what, at: new Date(row.at) };
}

/** The version of each open row of flotilla-os: it changes whenever the row is written. */
export async function rowVersions(db: Db): Promise<Map<string, string>> {
  const rows = await db
    .select({ runId: task.runId, version: sql<string>`xmin::text` })
    .from(task)
    .where(and(isNull(task.workflowId), inArray(task.status, OPEN)));
  return new Map(rows.map(({ runId, version }) => [runId, version]));
}

/**
 * Takes one run over, in one transaction, unless it has a workflow already. Of the columns of
 * flotilla-os only a missing `queued_at` is filled; reconcile then starts the workflow.
 * @param decide asked with the row as it is under its lock
 * @returns what became of it; null when it is ours already, over, or gone
 */
export async function adoptRun(
  db: Db,
  runId: string,
  actor: string | null,
  decide: (run: OpenForeignRun) => Adoption,
): Promise<Adoption | null> {
  return transact(db, async (tx) => {
    const [row] = await tx.select().from(task).where(eq(task.runId, runId)).for('update');
    if (row === undefined || row.workflowId !== null) return null;
    if (row.status === null || !OPEN.includes(row.status)) return null;
    const adoption = decide(row);
    if (adoption.kind !== 'leave') await takeOver(tx, row, adoption, actor);
    return adoption;
  });
}

type Row = typeof task.$inferSelect & { status: Status | null };

async function takeOver(
  tx: Tx,
  row: Row,
  adoption: Exclude<Adoption, { kind: 'leave' }>,
  actor: string | null,
): Promise<void> {
  const { runId } = row;
  const now = new Date();
  const queuedAt = row.queuedAt ?? now;
  await tx
    .update(task)
    .set({ workflowId: runId, queuedAt, parentRunId: parentRunId(row.env ?? []) })
    .where(and(eq(task.runId, runId), isNull(task.workflowId)));
  const pool = row.clusterName ?? '';
  const launched = adoption.kind === 'follow';
  await tx.insert(launchAttempt).values({
    runId,
    attempt: FIRST_ATTEMPT,
    // An intent, too, makes the workflow look before it launches.
    state: launched ? 'launched' : 'intent',
    clusterName: pool,
    externalId: launched ? adoption.externalId : null,
    intentAt: queuedAt,
    launchedAt: launched ? (row.startedAt ?? queuedAt) : null,
    startedAt: launched && row.status === 'RUNNING' ? row.startedAt : null,
  });
  if (launched) {
    // Its job takes up room on the cluster, whatever the limit says.
    await tx
      .insert(slot)
      .values({ pool, runId, attempt: FIRST_ATTEMPT, queuedAt, grantedAt: now })
      .onConflictDoNothing();
  }
  const status = row.status ?? 'QUEUED';
  const attempt = launched ? FIRST_ATTEMPT : 0;
  const reason = 'taken over from flotilla-os';
  await tx.insert(runEvent).values([
    { runId, epoch: 0, seq: 0, status: 'QUEUED', at: queuedAt, actor: row.user },
    { runId, epoch: 0, seq: 1, status, attempt, at: now, reason, actor },
  ]);
  if (row.idempotenceKey !== null && row.idempotenceKey !== '') {
    await tx
      .insert(idempotence)
      .values({ key: row.idempotenceKey, runId, claimedAt: queuedAt })
      .onConflictDoNothing();
  }
}
