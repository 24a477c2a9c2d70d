import type pg from 'pg';
import { notFound } from '../domain/errors.ts';
import type { LifecycleWrite, StopMark, Written } from '../domain/lifecycle/record.ts';
import { isTerminal } from '../domain/lifecycle/status.ts';
import type { ReportedRun } from '../domain/event-messages.ts';
import { stopMark } from './open-run.ts';
import { grantFreed, type Grant } from './slots.ts';
import { transact, type Db } from './client.ts';

interface WrittenRow {
  stop_requested_at: Date | null;
  stop_requested_by: string | null;
  cluster_name: string | null;
  reported?: ReportedRun | null;
}

/**
 * The whole projection of a step in one statement: the row if (epoch, seq) is later than what is
 * stored, and only then the events, the attempt and the end of its slot.
 */
const WRITE = `
  WITH run AS (
    UPDATE task SET
      status = $4::text, epoch = $2::int, seq = $3::int,
      started_at = CASE WHEN $5::jsonb ? 'startedAt'
        THEN ($5::jsonb->>'startedAt')::timestamptz ELSE started_at END,
      finished_at = CASE WHEN $5::jsonb ? 'finishedAt'
        THEN coalesce(($5::jsonb->>'finishedAt')::timestamptz,
          CASE WHEN $4::text = 'STOPPED' THEN clock_timestamp() END) ELSE finished_at END,
      exit_code = CASE WHEN $5::jsonb ? 'exitCode'
        THEN ($5::jsonb->>'exitCode')::int ELSE exit_code END,
      exit_reason = CASE WHEN $5::jsonb ? 'exitReason'
        THEN $5::jsonb->>'exitReason' ELSE exit_reason END,
      run_exceptions = CASE WHEN $5::jsonb ? 'runExceptions'
        THEN $5::jsonb->'runExceptions' ELSE run_exceptions END,
      attempt_count = coalesce(($5::jsonb->>'attemptCount')::int, attempt_count),
      max_memory_used = greatest(($5::jsonb->>'maxMemoryUsed')::int, max_memory_used,
        CASE WHEN $8::int IS NOT NULL THEN
          (SELECT max(max_memory_used) FROM launch_attempt WHERE run_id = $1) END),
      max_cpu_used = greatest(($5::jsonb->>'maxCpuUsed')::int, max_cpu_used,
        CASE WHEN $8::int IS NOT NULL THEN
          (SELECT max(max_cpu_used) FROM launch_attempt WHERE run_id = $1) END)
    WHERE run_id = $1 AND (epoch, seq) < ($2::int, $3::int)
    RETURNING run_id, cluster_name, stop_requested_at, stop_requested_by,
      CASE WHEN $9::boolean THEN jsonb_build_object('runId', run_id, 'definitionId', definition_id,
        'alias', alias, 'image', image, 'clusterName', cluster_name, 'command', command,
        'exitCode', exit_code, 'status', status, 'startedAt', started_at, 'finishedAt', finished_at,
        'instanceId', instance_id, 'instanceDnsName', instance_dns_name, 'groupName', group_name,
        'user', "user", 'taskType', task_type, 'env', env, 'executableId', executable_id,
        'executableType', executable_type, 'tier', tier) END AS reported
  ), events AS (
    INSERT INTO run_event (run_id, epoch, seq, status, attempt, at, reason, actor, evidence)
    SELECT run.run_id, $2::int, step.seq, step.status, step.attempt,
      coalesce(step.at, clock_timestamp()), step.reason, step.actor, step.evidence
    FROM run, jsonb_to_recordset($6::jsonb) AS step(seq int, status text, attempt int,
      at timestamptz, reason text, actor text, evidence text)
  ), attempt AS (
    UPDATE launch_attempt one SET
      state = said.state,
      external_id = coalesce(said."externalId", one.external_id),
      launched_at = coalesce(one.launched_at,
        CASE WHEN said.state = 'launched' THEN clock_timestamp() END),
      started_at = coalesce(said."startedAt", one.started_at),
      ended_at = CASE WHEN said.state = 'ended'
        THEN coalesce(said."finishedAt", clock_timestamp()) END,
      exit_code = said."exitCode",
      exit_reason = said."exitReason",
      failure_class = said."failureClass",
      evidence = said.evidence,
      max_memory_used = greatest(said."maxMemoryUsed", one.max_memory_used),
      max_cpu_used = greatest(said."maxCpuUsed", one.max_cpu_used),
      asked_cpu = coalesce(one.asked_cpu, (said.sizing->>'askedCpu')::int),
      asked_memory = coalesce(one.asked_memory, (said.sizing->>'askedMemory')::int),
      given_cpu = coalesce(one.given_cpu, (said.sizing->>'givenCpu')::int),
      given_memory = coalesce(one.given_memory, (said.sizing->>'givenMemory')::int),
      sizing = coalesce(one.sizing, said.sizing->>'sizing'),
      log_bytes = (said.log->>'bytes')::bigint,
      log_lines = (said.log->>'lines')::bigint
    FROM run, jsonb_to_record($7::jsonb) AS said(attempt int, state text, "externalId" text,
      "startedAt" timestamptz, "finishedAt" timestamptz, "exitCode" int, "exitReason" text,
      "failureClass" text, evidence text, "maxMemoryUsed" int, "maxCpuUsed" int, log jsonb,
      sizing jsonb)
    WHERE one.run_id = run.run_id AND one.attempt = said.attempt
  ), freed AS (
    DELETE FROM slot USING run
    WHERE $8::int IS NOT NULL AND slot.run_id = run.run_id AND slot.attempt = $8::int
  )
  SELECT cluster_name, stop_requested_at, stop_requested_by, reported FROM run`;

export interface Projected extends Written {
  /** Whom the slot that became free was granted. */
  grants: Grant[];
  /** The run's cluster, where this write was the first of its kind; null where it was there already. */
  cluster: string | null;
  /** The row as this write left it, where that was asked for. */
  reported: ReportedRun | null;
}

/**
 * Projects one step of a lifecycle; see LifecycleWrite. The transaction that projects the end of an
 * attempt frees its slot and grants the next; whom it was granted is for the caller to tell.
 * @param report whether the row is to be answered, for those who are told of it
 * @throws FlotillaError `not_found`
 */
export async function writeLifecycle(
  db: Db,
  write: LifecycleWrite,
  report = false,
): Promise<Projected> {
  const over = write.attempt?.state === 'ended' || isTerminal(write.run.status);
  if (!over) {
    const row = await send(db.$client, write, null, report);
    return row === null ? alreadyThere(db, write) : projected(row, []);
  }
  const attempt = write.attempt?.attempt ?? write.transitions.at(-1)?.attempt ?? 0;
  const done = await transact(db, async (tx) => {
    const row = await send(tx.$client, write, attempt, report);
    return row === null ? null : { row, grants: await grantFreed(tx, row.cluster_name ?? '') };
  });
  return done === null ? alreadyThere(db, write) : projected(done.row, done.grants);
}

function projected(row: WrittenRow, grants: Grant[]): Projected {
  return {
    applied: true,
    stop: markOf(row),
    grants,
    cluster: row.cluster_name ?? '',
    reported: row.reported ?? null,
  };
}

/** @param freed the attempt whose slot ends, or null */
async function send(
  client: pg.Pool | pg.PoolClient,
  write: LifecycleWrite,
  freed: number | null,
  report: boolean,
): Promise<WrittenRow | null> {
  const { status, ...patch } = write.run;
  const result = await client.query<WrittenRow>({
    name: 'write_lifecycle',
    text: WRITE,
    values: [
      write.runId,
      write.epoch,
      seqOf(write),
      status,
      JSON.stringify(patch),
      JSON.stringify(write.transitions),
      write.attempt === undefined ? null : JSON.stringify(write.attempt),
      freed,
      report,
    ],
  });
  return result.rows[0] ?? null;
}

async function alreadyThere(db: Db, write: LifecycleWrite): Promise<Projected> {
  const { rows } = await db.$client.query<WrittenRow & { epoch: number; seq: number }>(
    'SELECT epoch, seq, cluster_name, stop_requested_at, stop_requested_by FROM task WHERE run_id = $1',
    [write.runId],
  );
  const [row] = rows;
  if (row === undefined) throw notFound(`Run with id ${write.runId} not found`);
  // The same chain wrote it before: a repeat of a write whose answer was lost.
  const repeat = row.epoch === write.epoch && row.seq >= seqOf(write);
  return { applied: repeat, stop: markOf(row), grants: [], cluster: null, reported: null };
}

function seqOf(write: LifecycleWrite): number {
  return write.transitions.at(-1)?.seq ?? 0;
}

function markOf(row: WrittenRow): StopMark | null {
  return stopMark(row.stop_requested_at, row.stop_requested_by);
}
