import { SQSClient, DeleteQueueCommand } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import type { Spark } from '../support/spark/start-spark.ts';
import { useSpark } from '../support/spark/use-spark.ts';
import { flotillaOn, type SparkFlotilla } from './flotilla.ts';

let emr: Spark;
let flotilla: SparkFlotilla;
useSpark(async (spark) => {
  emr = spark;
  flotilla = await flotillaOn(spark);
});
afterEach(() => emr.control.clear());
afterAll(() => flotilla.stop());

const faulty = (fault: string) => ({ env: [{ name: 'FLOTILLA_TEST_FAULT', value: fault }] });
const statuses = async (runId: string) =>
  (await flotilla.transitions(runId)).map(({ status }) => status);
const sparkOf = (runId: string) =>
  flotilla.api.json<{ spark_extension: Record<string, unknown> }>(
    'GET',
    `/api/v6/history/${runId}`,
  );
/** Marks a run as one of which containers were killed for memory. */
const flag = (runId: string, flags: Record<string, boolean>) =>
  flotilla.database.rows(
    `UPDATE task SET spark_extension = spark_extension || $2::jsonb WHERE run_id = $1`,
    [runId, JSON.stringify(flags)],
  );

test('a run goes through its statuses, and its log is what its driver wrote', async () => {
  const { run_id: runId } = await flotilla.spark('set +x; echo to stderr >&2; sleep 1; echo done');
  expect(runId).toMatch(/^eks-spark-/);
  const run = await flotilla.until(runId, 'STOPPED');
  expect(run).toMatchObject({ exit_code: 0, cluster: flotilla.cluster });
  expect(await statuses(runId)).toEqual(['QUEUED', 'PENDING', 'RUNNING', 'STOPPED']);
  const log = await flotilla.logOf(runId);
  expect(log).toContain('to stderr\n');
  expect(log.endsWith('done\n')).toBe(true);
  const [job] = await flotilla.jobsOf(runId);
  expect((await sparkOf(runId)).spark_extension).toMatchObject({
    emr_job_id: job?.id,
    virtual_cluster_id: job?.virtualClusterId,
    emr_job_manifest: `s3://flotilla-emr/manifests/${runId}/start-job-run-input.json`,
  });
  const file = async (query: string) =>
    (await flotilla.api.json<{ log: string }>('GET', `/api/v6/${runId}/logs?${query}`)).log;
  expect(await file('facility=stdout')).toBe('done\n');
  expect(await file('role=driver')).toContain('to stderr\n');
  expect(await file('role=exec-1')).toBe('');
  expect(await flotilla.api.json('GET', `/api/v8/runs/${runId}`)).toMatchObject({
    spark: { job_run_id: job?.id, virtual_cluster_id: job?.virtualClusterId, driver_oom: false },
  });
});

test('a job that fails has the code and the words of flotilla-os', async () => {
  const { run_id: runId } = await flotilla.spark('exit 9');
  expect(await flotilla.until(runId, 'STOPPED')).toMatchObject({
    exit_code: -1,
    exit_reason: 'Job failed, please look at Driver Init and/or Driver Stdout logs.',
  });
});

test('a stop is confirmed by EMR, however long it takes', async () => {
  await emr.control.settings({ cancel_seconds: 2 });
  const { run_id: runId } = await flotilla.spark(`${emr.ledger.note('begun')}; sleep 60`);
  await flotilla.until(runId, 'RUNNING');
  await flotilla.api.json('POST', `/api/v8/runs/${runId}/stop`);
  await eventually('it is being cancelled', async () => {
    const [job] = await flotilla.jobsOf(runId);
    return job?.state === 'CANCEL_PENDING';
  });
  expect((await flotilla.get(runId)).status).not.toBe('STOPPED');
  await flotilla.until(runId, 'STOPPED');
  const [job, ...more] = await flotilla.jobsOf(runId);
  expect([job?.state, more.length]).toEqual(['CANCELLED', 0]);
  await emr.control.settings({ cancel_seconds: 0 });
});

test('a failure of EMR itself is tried again, under another name', async () => {
  const { run_id: runId } = await flotilla.spark('[ $FLOTILLA_RUN_ATTEMPT = 2 ] || sleep 60');
  await flotilla.until(runId, 'RUNNING');
  const [first] = await flotilla.jobsOf(runId);
  await emr.control.fail(first?.id ?? '', 'INTERNAL_ERROR', 'Internal error');
  expect(await flotilla.until(runId, 'STOPPED')).toMatchObject({ exit_code: 0, attempt_count: 2 });
  expect(await statuses(runId)).toContain('NEEDS_RETRY');
  expect((await flotilla.jobsOf(runId)).map(({ name }) => name)).toEqual([runId, `${runId}-2`]);
});

test('a job that was cancelled in EMR is said to be', async () => {
  const { run_id: runId } = await flotilla.spark('sleep 60');
  await flotilla.until(runId, 'RUNNING');
  const [job] = await flotilla.jobsOf(runId);
  const path = `${emr.endpoint}/virtualclusters/${job?.virtualClusterId}/jobruns/${job?.id}`;
  const scope = 'Credential=test/20260101/us-east-1/emr-containers/aws4_request';
  await fetch(path, {
    method: 'DELETE',
    headers: { authorization: `AWS4-HMAC-SHA256 ${scope}, SignedHeaders=host, Signature=x` },
  });
  const run = await flotilla.until(runId, 'STOPPED');
  expect(run.exit_reason).toBe('cancelled in EMR, not by Flotilla');
  expect(run.exit_code).toBeUndefined();
});

test.each(['event-twice', 'events-out-of-order', 'event-lost', 'late-end:1'])(
  'with %s a run ends in the truth, once',
  async (fault) => {
    const { run_id: runId } = await flotilla.spark(
      `${emr.ledger.note(`once-${fault.slice(0, 10)}`)}; sleep 0.3; exit 3`,
      faulty(fault),
    );
    expect(await flotilla.until(runId, 'STOPPED')).toMatchObject({ exit_code: -1 });
    expect(emr.ledger.attempts(`once-${fault.slice(0, 10)}`, runId)).toEqual([1]);
  },
);

test.each(['answer-lost', 'failed-after', 'unavailable', 'throttled', 'lost'] as const)(
  'with StartJobRun %s a run is launched once',
  async (kind) => {
    await emr.control.interfere({ service: 'emr', operation: 'StartJobRun', kind, times: 2 });
    const { run_id: runId } = await flotilla.spark(emr.ledger.note(`once-${kind}`));
    expect(await flotilla.until(runId, 'STOPPED')).toMatchObject({ exit_code: 0 });
    expect(emr.ledger.attempts(`once-${kind}`, runId)).toEqual([1]);
    expect(await flotilla.jobsOf(runId)).toHaveLength(1);
  },
);

test('while EMR lists late, a launch whose answer is lost is still one', async () => {
  await emr.control.settings({ listed_after_seconds: 3 });
  const lost = { service: 'emr', operation: 'StartJobRun', kind: 'answer-lost', times: 1 } as const;
  await emr.control.interfere(lost);
  const { run_id: runId } = await flotilla.spark(emr.ledger.note('late-list'));
  expect(await flotilla.until(runId, 'STOPPED')).toMatchObject({ exit_code: 0 });
  expect(await flotilla.jobsOf(runId)).toHaveLength(1);
  await emr.control.settings({ listed_after_seconds: 0 });
});

test('a request that EMR refuses ends the run with its words', async () => {
  const message = 'Release emr-0.0.0-latest is not supported';
  const code = 'ValidationException';
  const rule = { service: 'emr', operation: 'StartJobRun', kind: 'error', code, message } as const;
  await emr.control.interfere(rule);
  const { run_id: runId } = await flotilla.spark('true');
  const run = await flotilla.until(runId, 'STOPPED');
  expect(run.exit_reason).toContain(message);
  expect(await flotilla.jobsOf(runId)).toEqual([]);
});

test('what a request lacks is said, and nothing is started', async () => {
  const { run_id: runId } = await flotilla.spark('true', {
    spark_extension: { emr_release_label: 'emr-7.2.0-latest' },
  });
  const run = await flotilla.until(runId, 'STOPPED');
  expect(run.exit_reason).toContain('entry_point must be specified');
});

test('containers killed for memory are the reason, and the next run gets more', async () => {
  const description = 'nightly';
  const alias = await flotilla.define('unused');
  const body = (command: string) => ({
    description,
    spark_extension: {
      emr_release_label: 'emr-7.2.0-latest',
      spark_submit_job_driver: {
        entry_point: 'local:///bin/bash',
        entry_point_arguments: ['-c', command],
        spark_submit_conf: [
          { name: 'spark.driver.memory', value: '1g' },
          { name: 'spark.executor.memory', value: '4g' },
        ],
      },
    },
  });
  const parametersOf = async (runId: string) => (await flotilla.jobsOf(runId))[0]?.parameters;
  // Any other failure gives nobody more memory.
  const { run_id: failing } = await flotilla.execute(alias, body('exit 1'));
  await flotilla.until(failing, 'STOPPED');
  const { run_id: killed } = await flotilla.execute(alias, body('sleep 2; exit 1'));
  await flotilla.until(killed, 'RUNNING');
  expect(await parametersOf(killed)).toContain('spark.driver.memory=1g');
  await flag(killed, { driver_oom: true });
  expect(await flotilla.until(killed, 'STOPPED')).toMatchObject({
    exit_code: 137,
    exit_reason: 'Driver OOMKilled, retry with more driver memory.',
  });
  const { run_id: next } = await flotilla.execute(alias, body('true'));
  await flotilla.until(next, 'STOPPED');
  expect(await parametersOf(next)).toContain('spark.driver.memory=3072m');
  expect(await parametersOf(next)).toContain('spark.executor.memory=4g');
});

test('a log that comes late is waited for, and one that never comes ends the run all the same', async () => {
  await emr.control.settings({ last_upload_seconds: 0.3 });
  const { run_id: late } = await flotilla.spark('set +x; echo late');
  const { run_id: none } = await flotilla.spark('true', faulty('no-log'));
  await flotilla.until(late, 'STOPPED');
  expect(await flotilla.logOf(late)).toContain('late\n');
  expect(await flotilla.until(none, 'STOPPED')).toMatchObject({ exit_code: 0 });
  await emr.control.settings({ last_upload_seconds: 0 });
});

test('an event of a run that is not known here stays in the queue, and others go on', async () => {
  const [job] = await emr.control.jobs();
  await emr.control.event({
    id: 'another',
    name: 'nightly-report',
    virtualClusterId: job?.virtualClusterId ?? '',
    state: 'COMPLETED',
  });
  const { run_id: runId } = await flotilla.spark('true');
  expect(await flotilla.until(runId, 'STOPPED')).toMatchObject({ exit_code: 0 });
});

test('without its queue, runs end by the sweep', async () => {
  const sqs = new SQSClient(emr.client);
  await sqs.send(new DeleteQueueCommand({ QueueUrl: flotilla.queueUrl }));
  sqs.destroy();
  const { run_id: runId } = await flotilla.spark('sleep 0.5; exit 4');
  expect(await flotilla.until(runId, 'STOPPED')).toMatchObject({ exit_code: -1 });
});
