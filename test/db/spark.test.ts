import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { failedLately, sparkHistory } from '../../db/run-history.ts';
import type { NewRun } from '../../db/runs.ts';
import { recordSparkFacts } from '../../db/spark-facts.ts';
import type { SparkFacts } from '../../domain/spark.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { acceptRun } from '../support/rows.ts';

const OF = { executableId: 'def', commandHash: 'hash' };
const DAY = 86_400_000;

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());
beforeEach(() => database.rows('TRUNCATE task, launch_attempt CASCADE'));

/** A Spark run of the definition that failed. */
function ran(more: Partial<NewRun> = {}): Promise<string> {
  return acceptRun(database, { ...OF, engine: 'eks-spark', exitCode: 137, ...more });
}
const history = () => sparkHistory(database.db, { ...OF, exceptRunId: 'this-run' });

test('flags of runs that were killed for memory count, and no other failure', async () => {
  await ran({ exitCode: -1, sparkExtension: {} });
  await ran({ exitCode: 1 });
  expect(await history()).toEqual({ driverOom: false, executorOom: false });
  await ran({ sparkExtension: { driver_oom: true } });
  expect(await history()).toEqual({ driverOom: true, executorOom: false });
  await ran({ sparkExtension: { executor_oom: true } });
  expect(await history()).toEqual({ driverOom: true, executorOom: true });
});

test('runs of another engine, command or time teach nothing', async () => {
  const sparkExtension = { driver_oom: true, executor_oom: true };
  await ran({ sparkExtension, engine: 'eks' });
  await ran({ sparkExtension, commandHash: 'other' });
  await ran({ sparkExtension, queuedAt: new Date(Date.now() - 8 * DAY) });
  expect(await history()).toEqual({ driverOom: false, executorOom: false });
});

test('a failure of the last 12 hours counts for the nodes', async () => {
  await ran({ exitCode: 0 });
  await ran({ queuedAt: new Date(Date.now() - DAY) });
  expect(await failedLately(database.db, OF)).toBe(false);
  await ran({ exitCode: -1 });
  expect(await failedLately(database.db, OF)).toBe(true);
});

test('where flotilla-os wrote that there are none, facts are the first', async () => {
  const runId = await ran();
  await database.rows(`UPDATE task SET spark_extension = 'null' WHERE run_id = $1`, [runId]);
  await recordSparkFacts(database.db, [
    { ref: { runId, attempt: 1 }, facts: { driver_oom: true } },
  ]);
  expect(await database.rows('SELECT spark_extension FROM task')).toEqual([
    { spark_extension: { driver_oom: true } },
  ]);
});

test('facts come beside what was asked, null takes one away, and an old attempt is not heard', async () => {
  const asked = { emr_release_label: 'emr-7.2.0-latest' };
  const runId = await ran({ sparkExtension: asked });
  const tell = (attempt: number, facts: SparkFacts) =>
    recordSparkFacts(database.db, [{ ref: { runId, attempt }, facts }]);
  const stored = async () => {
    const [row] = await database.rows<{ spark_extension: object; metrics_uri: string | null }>(
      'SELECT spark_extension, metrics_uri FROM task WHERE run_id = $1',
      [runId],
    );
    return row;
  };
  await tell(1, { emr_job_id: '1', driver_oom: true, metrics_uri: 'https://metrics' });
  expect(await stored()).toEqual({
    spark_extension: { ...asked, emr_job_id: '1', driver_oom: true },
    metrics_uri: 'https://metrics',
  });
  await database.rows(
    `INSERT INTO launch_attempt (run_id, attempt, state, cluster_name, intent_at, external_id)
     VALUES ($1, 2, 'launched', 'c', now(), 'vc/2')`,
    [runId],
  );
  await tell(2, { emr_job_id: '2', driver_oom: null });
  await tell(1, { emr_job_id: '1', driver_oom: true });
  expect(await stored()).toEqual({
    spark_extension: { ...asked, emr_job_id: '2' },
    metrics_uri: 'https://metrics',
  });
});
