import type { History } from '../domain/resources.ts';
import type { SparkHistory } from '../domain/spark-memory.ts';
import type { Db } from './client.ts';

const MAX_RUNS = 30;

/**
 * What the latest runs of a definition with a command had when they were killed for memory: those of
 * engine eks, queued in the last 3 days. What an attempt was given counts before what was asked for,
 * and a run that got by with more memory counts by the attempt that did not.
 */
export async function oomHistory(
  db: Db,
  of: { executableId: string; commandHash: string; exceptRunId: string },
): Promise<History | null> {
  const { rows } = await db.$client.query<{
    runs: number;
    cpu: number | null;
    memory: number | null;
  }>(OOM_HISTORY, [of.executableId, of.commandHash, of.exceptRunId]);
  const [row] = rows;
  if (row === undefined || row.runs === 0) return null;
  return { runs: row.runs, cpuMillicores: row.cpu, memoryMb: row.memory };
}

/** By ix_task_command_hash. Only runs that may have been killed for memory are looked up further. */
export const OOM_HISTORY = `
  SELECT count(*)::int AS runs,
    percentile_disc(0.99) WITHIN GROUP (ORDER BY cpu) AS cpu,
    percentile_disc(0.99) WITHIN GROUP (ORDER BY memory) AS memory
  FROM (
    SELECT coalesce(had.oom_cpu, had.cpu, t.cpu) AS cpu,
      coalesce(had.oom_memory, had.memory, t.memory) AS memory
    FROM task t LEFT JOIN LATERAL (
      SELECT count(*) FILTER (WHERE a.failure_class = 'oom') AS ooms,
        max(a.given_cpu) AS cpu, max(a.given_memory) AS memory,
        max(a.given_cpu) FILTER (WHERE a.failure_class = 'oom') AS oom_cpu,
        max(a.given_memory) FILTER (WHERE a.failure_class = 'oom') AS oom_memory
      FROM launch_attempt a
      WHERE a.run_id = t.run_id
        AND (t.exit_code = 137 OR t.exit_reason = 'OOMKilled' OR t.attempt_count > 1)
    ) had ON true
    WHERE t.executable_id = $1 AND t.command_hash = $2 AND t.run_id <> $3
      AND t.queued_at > now() - interval '3 days' AND t.engine = 'eks'
      AND (t.exit_code = 137 OR t.exit_reason = 'OOMKilled' OR had.ooms > 0)
    ORDER BY t.queued_at DESC LIMIT ${MAX_RUNS}
  ) ooms`;

/** Whose containers were killed for memory in the latest failed Spark runs of a definition's command. */
export async function sparkHistory(
  db: Db,
  of: { executableId: string; commandHash: string; exceptRunId: string },
): Promise<SparkHistory> {
  const values = [of.executableId, of.commandHash, of.exceptRunId];
  const { rows } = await db.$client.query<SparkHistory>(SPARK_HISTORY, values);
  return rows[0] ?? { driverOom: false, executorOom: false };
}

/**
 * In the last 7 days, by ix_task_command_hash. flotilla-os takes any failure for an executor's: here it is
 * the flags that count.
 */
export const SPARK_HISTORY = `
  SELECT coalesce(bool_or(spark_extension @> '{"driver_oom": true}'), false) AS "driverOom",
    coalesce(bool_or(spark_extension @> '{"executor_oom": true}'), false) AS "executorOom"
  FROM (
    SELECT spark_extension FROM task
    WHERE executable_id = $1 AND command_hash = $2 AND run_id <> $3
      AND queued_at > now() - interval '7 days' AND engine = 'eks-spark'
      AND exit_code = 137 AND spark_extension IS NOT NULL
    ORDER BY queued_at DESC LIMIT ${MAX_RUNS}
  ) killed`;

/** True where a run of a definition's command failed in the last 12 hours: then spot capacity is avoided. */
export async function failedLately(
  db: Db,
  of: { executableId: string; commandHash: string },
): Promise<boolean> {
  const { rows } = await db.$client.query<{ failed: boolean }>(FAILED_LATELY, [
    of.executableId,
    of.commandHash,
  ]);
  return rows[0]?.failed ?? false;
}

/** By ix_task_command_hash. */
export const FAILED_LATELY = `
  SELECT EXISTS (
    SELECT 1 FROM task
    WHERE executable_id = $1 AND command_hash = $2 AND exit_code <> 0
      AND queued_at > now() - interval '12 hours'
  ) AS failed`;

/** Minutes that a definition's command usually takes, of the latest runs that succeeded; or null. */
export async function usualMinutes(
  db: Db,
  of: { executableId: string; commandHash: string },
): Promise<number | null> {
  const { rows } = await db.$client.query<{ minutes: number | null }>(USUAL_MINUTES, [
    of.executableId,
    of.commandHash,
  ]);
  return rows[0]?.minutes ?? null;
}

/** The 95th percentile, of engine eks in the last 7 days. By ix_task_command_hash. */
export const USUAL_MINUTES = `
  SELECT percentile_disc(0.95) WITHIN GROUP (ORDER BY minutes) AS minutes
  FROM (
    SELECT (extract(epoch FROM finished_at - started_at) / 60)::float8 AS minutes FROM task
    WHERE executable_id = $1 AND command_hash = $2 AND engine = 'eks' AND exit_code = 0
      AND queued_at > now() - interval '7 days'
      AND started_at IS NOT NULL AND finished_at IS NOT NULL
    ORDER BY queued_at DESC LIMIT ${MAX_RUNS}
  ) latest`;

/** Runs on spot capacity with more than one attempt for each with one, in the last 18 minutes. */
export async function spotReattemptRate(db: Db): Promise<number> {
  const { rows } = await db.$client.query<{ rate: number }>(SPOT_REATTEMPT_RATE);
  return rows[0]?.rate ?? 0;
}

export const SPOT_REATTEMPT_RATE = `
  SELECT count(*) FILTER (WHERE attempt_count > 1)::float8
    / greatest(1, count(*) FILTER (WHERE attempt_count <= 1)) AS rate
  FROM task
  WHERE engine = 'eks' AND node_lifecycle = 'spot' AND queued_at > now() - interval '18 minutes'`;
