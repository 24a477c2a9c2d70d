import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { loadManyRuns } from '../../bench/many-runs.ts';
import {
  FAILED_LATELY,
  OOM_HISTORY,
  oomHistory,
  SPARK_HISTORY,
  spotReattemptRate,
  SPOT_REATTEMPT_RATE,
  USUAL_MINUTES,
  usualMinutes,
} from '../../db/run-history.ts';
import type { NewRun } from '../../db/runs.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { acceptRun } from '../support/rows.ts';

const OF = { executableId: 'def', commandHash: 'hash' };
const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000);

describe('what earlier runs tell', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.close());
  beforeEach(() => database.rows('TRUNCATE task, launch_attempt CASCADE'));

  /** A run of the definition on engine eks that is over. */
  function ran(more: Partial<NewRun>): Promise<string> {
    return acceptRun(database, { ...OF, engine: 'eks', attemptCount: 1, ...more });
  }

  const attempt = (runId: string, number: number, failure: string | null, memory: number | null) =>
    database.rows(
      `INSERT INTO launch_attempt (run_id, attempt, state, cluster_name, intent_at, failure_class,
         given_memory, given_cpu) VALUES ($1, $2, 'ended', 'c', now(), $3, $4, $4)`,
      [runId, number, failure, memory],
    );
  const ooms = () => oomHistory(database.db, { ...OF, exceptRunId: 'this-run' });

  test('without runs that were killed for memory, nothing', async () => {
    await ran({ exitCode: 0, memory: 100 });
    await ran({ exitCode: 1, memory: 100 });
    expect(await ooms()).toBeNull();
  });

  test('what those asked for that were killed for memory, where no more is known', async () => {
    await ran({ exitCode: 137, memory: 100, cpu: 10 });
    await ran({ exitReason: 'OOMKilled', memory: 300, cpu: null });
    expect(await ooms()).toEqual({ runs: 2, memoryMb: 300, cpuMillicores: 10 });
  });

  test('what they were given counts more than what was asked for', async () => {
    const run = await ran({ exitCode: 137, memory: 100, attemptCount: 2 });
    await attempt(run, 1, 'oom', 512);
    await attempt(run, 2, 'oom', 896);
    expect(await ooms()).toEqual({ runs: 1, memoryMb: 896, cpuMillicores: 896 });
  });

  test('a run that got by with more counts by the attempt that did not', async () => {
    const run = await ran({ exitCode: 0, memory: 100, attemptCount: 2 });
    await attempt(run, 1, 'oom', 512);
    await attempt(run, 2, null, 896);
    const preempted = await ran({ exitCode: 0, memory: 4000, attemptCount: 2 });
    await attempt(preempted, 1, 'preempted', 4000);
    await attempt(preempted, 2, null, 4000);
    expect(await ooms()).toMatchObject({ runs: 1, memoryMb: 512 });
  });

  test('other commands, definitions, engines, old runs and the run itself do not count', async () => {
    const oom = { exitCode: 137, memory: 100 };
    await ran({ ...oom, commandHash: 'other' });
    await ran({ ...oom, executableId: 'other' });
    await ran({ ...oom, engine: 'local' });
    await ran({ ...oom, queuedAt: ago(73 * 60) });
    const self = await ran(oom);
    expect(await oomHistory(database.db, { ...OF, exceptRunId: self })).toBeNull();
  });

  test('the latest thirty count', async () => {
    await ran({ exitCode: 137, memory: 9999, queuedAt: ago(60) });
    for (let i = 0; i < 30; i += 1) await ran({ exitCode: 137, memory: 100 + i });
    expect(await ooms()).toMatchObject({ runs: 30, memoryMb: 129 });
  });

  test('how long a command usually takes: the slowest of twenty but one that succeeded', async () => {
    const took = (minutes: number, more: Partial<NewRun> = {}) =>
      ran({ exitCode: 0, startedAt: ago(minutes), finishedAt: ago(0), ...more });
    expect(await usualMinutes(database.db, OF)).toBeNull();
    for (let minutes = 1; minutes <= 20; minutes += 1) await took(minutes);
    await took(500, { exitCode: 1 });
    await took(500, { commandHash: 'other' });
    await took(500, { queuedAt: ago(8 * 24 * 60) });
    expect(await usualMinutes(database.db, OF)).toBeCloseTo(19, 1);
  });

  test('how many runs on spot capacity had to be repeated lately', async () => {
    expect(await spotReattemptRate(database.db)).toBe(0);
    const spot = { nodeLifecycle: 'spot' };
    for (const attemptCount of [1, 1, 1, 1, 2]) await ran({ ...spot, attemptCount });
    await ran({ ...spot, attemptCount: null });
    await ran({ nodeLifecycle: 'ondemand', attemptCount: 5 });
    await ran({ ...spot, attemptCount: 5, queuedAt: ago(19) });
    expect(await spotReattemptRate(database.db)).toBe(0.25);
  });
});

describe('among many runs', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
    await loadManyRuns(database.url, 5_000);
    await database.rows(`
      SET LOCAL statement_timeout = 0;
      UPDATE task SET queued_at = queued_at + (SELECT now() - max(queued_at) FROM task);
      ANALYZE task`);
  });
  afterAll(() => database.close());

  const plan = async (sql: string, values: unknown[] = []) =>
    (await database.rows<{ 'QUERY PLAN': string }>(`EXPLAIN ${sql}`, values))
      .map((row) => row['QUERY PLAN'])
      .join('\n');

  test.each([
    ['runs killed for memory', OOM_HISTORY, 3],
    ['the time that runs took', USUAL_MINUTES, 2],
    ['Spark runs killed for memory', SPARK_HISTORY, 3],
    ['failures of today', FAILED_LATELY, 2],
  ])('%s are found by definition and command', async (_, sql, parameters) => {
    const [one] = await database.rows<{ def: string; hash: string }>(
      `SELECT executable_id AS def, command_hash AS hash FROM task
       WHERE command_hash IS NOT NULL GROUP BY 1, 2 ORDER BY count(*) DESC OFFSET 5 LIMIT 1`,
    );
    const found = await plan(sql, [one?.def, one?.hash, 'run'].slice(0, parameters));
    expect(found).toContain('ix_task_command_hash');
    expect(found).not.toContain('Seq Scan');
  });

  test('re-attempts are found by time', async () => {
    const found = await plan(SPOT_REATTEMPT_RATE);
    expect(found).toContain('queued_at');
    expect(found).not.toContain('Seq Scan');
  });
});
