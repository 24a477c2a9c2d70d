import { expect, test } from 'vitest';
import { outcomeWith } from '../../../domain/outcome.ts';
import { adaptSpark, jvmBytes, jvmMib } from '../../../domain/spark-memory.ts';
import { withOomFlags } from '../../../domain/spark-outcome.ts';
import { askedSpark } from '../../../domain/spark.ts';

const MIB = 2 ** 20;
const job = (conf: Record<string, string>) => ({
  spark_submit_job_driver: {
    entry_point: 's3://code/job.py',
    spark_submit_conf: Object.entries(conf).map(([name, value]) => ({ name, value })),
  },
});

test.each([
  ['512m', 512 * MIB],
  ['4g', 4096 * MIB],
  ['4G', 4096 * MIB],
  ['2gb', 2048 * MIB],
  ['1t', MIB * MIB],
  ['1024k', MIB],
  ['1048576', MIB],
  ['0.5g', null],
  ['lots', null],
  ['', null],
])('%j is a size of the JVM, of %j bytes', (text, bytes) => {
  expect(jvmBytes(text)).toBe(bytes);
  expect(jvmMib(text)).toBe(Math.floor((bytes ?? 0) / MIB));
});

const SIZES = { 'spark.driver.memory': '2g', 'spark.executor.memory': '4g' };

test.each([
  [{ driverOom: false, executorOom: false }, SIZES],
  [
    { driverOom: true, executorOom: false },
    { ...SIZES, 'spark.driver.memory': '6144m' },
  ],
  [
    { driverOom: false, executorOom: true },
    { ...SIZES, 'spark.executor.memory': '5120m' },
  ],
  [
    { driverOom: true, executorOom: true },
    { 'spark.driver.memory': '6144m', 'spark.executor.memory': '5120m' },
  ],
])('after %j a job gets %j', (history, expected) => {
  const { spark, sizing } = adaptSpark(job(SIZES), history);
  expect(spark).toEqual(job(expected));
  expect(sizing !== null).toBe(history.driverOom || history.executorOom);
});

test('what says no size is left as it is, also where there is nothing', () => {
  const both = { driverOom: true, executorOom: true };
  const odd = job({ 'spark.driver.memory': '${MEMORY}', 'spark.executor.cores': '4' });
  expect(adaptSpark(odd, both)).toEqual({ spark: odd, sizing: null });
  expect(adaptSpark({}, both)).toEqual({ spark: {}, sizing: null });
});

test('the reason names the setting, what was asked, and what there was', () => {
  const { sizing } = adaptSpark(job(SIZES), { driverOom: false, executorOom: true });
  expect(sizing).toBe(
    'spark.executor.memory 5120m (asked: 4g): ' +
      'an executor of a run of this command was killed for memory in the last 7 days',
  );
});

const failed = outcomeWith({ exitCode: -1, reason: 'failed', failure: 'app-exit' });
const killed = (reason: string) => ({ exitCode: 137, failure: 'oom', reason });
const DRIVER = 'Driver OOMKilled, retry with more driver memory.';
const EXECUTOR = 'Executor OOMKilled, retry with more executor memory.';

test.each([
  [failed, null, { exitCode: -1, reason: 'failed' }],
  [failed, {}, { exitCode: -1, reason: 'failed' }],
  [failed, { driver_oom: true }, killed(DRIVER)],
  [failed, { executor_oom: true }, killed(EXECUTOR)],
  [failed, { driver_oom: true, executor_oom: true }, killed(EXECUTOR)],
  [outcomeWith({ failure: 'host-fault', evidence: 'x' }), { driver_oom: true }, killed(DRIVER)],
  // Spark outlives the loss of an executor.
  [outcomeWith({ exitCode: 0 }), { executor_oom: true }, { exitCode: 0, failure: null }],
  [
    outcomeWith({ failure: 'deleted-by-hand' }),
    { executor_oom: true },
    { exitCode: null, failure: 'deleted-by-hand' },
  ],
])('%j with flags %j is %j', (outcome, flags, expected) => {
  expect(withOomFlags(outcome, flags)).toMatchObject(expected);
});

test('what became of another job is no part of a request', () => {
  const asked = { emr_release_label: 'emr-7.2.0-latest', hive_conf: [] };
  const repeated = { ...asked, emr_job_id: '1', driver_oom: true, app_uri: 'u', executors: ['e'] };
  expect(askedSpark(repeated)).toEqual(asked);
});
