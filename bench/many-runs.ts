import pg from 'pg';
import { ensureIndexes, INDEXES } from '../db/indexes.ts';

/** Definitions per run: a busy installation runs each of its definitions a thousand times. */
const RUNS_PER_DEFINITION = 1_000;

export interface ManyRuns {
  runs: number;
  definitions: number;
}

/**
 * Fills an empty, migrated database with runs as an installation of some age has them: a few
 * definitions run most, a cluster was given up long ago, nearly all is over, and what lives is recent.
 * The same rows every time, indexed afterwards, with statistics.
 */
export async function loadManyRuns(url: string, runs: number): Promise<ManyRuns> {
  const definitions = Math.max(20, Math.round(runs / RUNS_PER_DEFINITION));
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`DROP INDEX IF EXISTS ${INDEXES.map((index) => index.name).join(', ')}`);
    // VACUUM cannot mark rows visible to all whose commit is not on disk yet.
    await client.query('SET synchronous_commit = on');
    await client.query(DEFINITIONS, [definitions]);
    await client.query(RUNS, [runs, definitions]);
    await ensureIndexes(url, () => undefined);
    // A hundred sampled environments say of a rare value either never or one in a hundred, by chance.
    await client.query('SET default_statistics_target = 1000');
    await client.query('VACUUM (ANALYZE) task_def');
    await client.query('VACUUM (ANALYZE) task');
  } finally {
    await client.end();
  }
  return { runs, definitions };
}

const DEFINITIONS = `
  INSERT INTO task_def (definition_id, alias, image, group_name, command, memory, cpu, env, version)
  SELECT 'team-' || d % 20 || '-def-' || d, 'team-' || d % 20 || '-job-' || d,
    'registry.example.com/team-' || d % 20 || '/job-' || d || ':v1', 'team-' || d % 20,
    'python -m jobs.job_' || d || ' --date today', 512, 500,
    jsonb_build_array(jsonb_build_object('name', 'JOB', 'value', 'job-' || d)), 1
  FROM generate_series(0, $1::int - 1) AS d`;

/** `r` and `s` are even numbers from 0 to 1, made from the run's number; `i` counts from the oldest. */
const RUNS = `
  INSERT INTO task (run_id, workflow_id, workflow_started_at, epoch, seq, definition_id,
    definition_version, executable_id, executable_type, alias, image, group_name, cluster_name, engine,
    "user", status, exit_code, exit_reason, queued_at, started_at, finished_at, env, command,
    command_hash, memory, cpu, node_lifecycle, task_type, labels, tier, attempt_count, description)
  SELECT run_id, run_id, queued_at, 1, 3, 'team-' || d % 20 || '-def-' || d,
    1, 'team-' || d % 20 || '-def-' || d, 'task_definition', 'team-' || d % 20 || '-job-' || d,
    'registry.example.com/team-' || d % 20 || '/job-' || d || ':v' || i * 5 / $1::int,
    'team-' || d % 20, cluster, engine, 'user-' || floor(s * s * 50), status,
    CASE WHEN status <> 'STOPPED' THEN NULL WHEN s < 0.02 THEN 137 WHEN s < 0.1 THEN 1 ELSE 0 END,
    CASE WHEN status <> 'STOPPED' THEN NULL WHEN s < 0.02 THEN 'OOMKilled -- 137'
      WHEN s < 0.1 THEN 'exited with code 1' END,
    queued_at, started_at,
    CASE WHEN status = 'STOPPED' THEN queued_at + make_interval(secs => 3 + s * 3000) END,
    jsonb_build_array(
      jsonb_build_object('name', 'FLOTILLA_RUN_ID', 'value', run_id),
      jsonb_build_object('name', 'FLOTILLA_SERVER_MODE', 'value', 'prod'),
      jsonb_build_object('name', 'FLOTILLA_RUN_OWNER_ID', 'value', 'user-' || floor(s * s * 50)),
      jsonb_build_object('name', 'PARTITION', 'value', (i / 50)::text)),
    'python -m jobs.job_' || d || ' --date ' || queued_at::date || ' --shard ' || i % 64
      || ' --token ' || md5(i::text),
    md5(d::text), 512 + d % 8 * 256, 500, CASE WHEN s < 0.8 THEN 'spot' ELSE 'ondemand' END,
    'task', jsonb_build_object('team', 'team-' || d % 20), '4', 1, 'job-' || d
  FROM (
    SELECT i, s, floor(r * r * r * $2::int)::int AS d, queued_at,
      engine || '-' || substr(md5('run' || i), 1, 8) || '-' || md5(i::text) AS run_id, engine,
      CASE WHEN i < $1::int / 10 THEN 'retired' WHEN s < 0.7 THEN 'default'
        WHEN s < 0.99 THEN 'batch' ELSE 'gpu' END AS cluster,
      CASE WHEN i > $1::int * 0.999 THEN 'QUEUED' WHEN i > $1::int * 0.998 THEN 'PENDING'
        WHEN i > $1::int * 0.995 THEN 'RUNNING' ELSE 'STOPPED' END AS status,
      CASE WHEN i > $1::int * 0.998 OR r < 0.005 THEN NULL
        ELSE queued_at + make_interval(secs => 0.5 + s * 2) END AS started_at
    FROM (
      SELECT i, (hashint8(i) & 2147483647) / 2147483648.0 AS r,
        (hashint8extended(i, 7) & 2147483647) / 2147483648.0 AS s,
        CASE WHEN i % 200 = 0 THEN 'eks-spark' WHEN i % 5 = 0 THEN 'eks' ELSE 'local' END AS engine,
        timestamptz '2026-01-01' + make_interval(secs => i * 1.000001) AS queued_at
      FROM generate_series(1, $1::bigint) AS i
    ) AS drawn
  ) AS run`;
