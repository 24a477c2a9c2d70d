import { createHash, randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { expectNowhere } from '../support/nowhere.ts';
import { attemptsOf, runRetrying, untilSaid } from '../support/observe.ts';
import { sharedFlotilla } from '../support/kubernetes/shared-flotilla.ts';

const { cluster, flotilla } = sharedFlotilla();

/** More than the 512 MB that it gets at first, and less than 1.75 times as much. */
const TAKES_700_MB = 'exec dd if=/dev/zero of=/dev/null bs=700000000 count=1';

test('a job that was killed for memory gets more, and then succeeds', async () => {
  const retry = { retry_on_oom: true };
  const runId = await runRetrying(flotilla(), TAKES_700_MB, retry, { memory: 512 });
  expect(await flotilla().until(runId, 'STOPPED')).toMatchObject({ exit_code: 0 });
  expect(await attemptsOf(flotilla(), runId)).toMatchObject([
    {
      attempt: 1,
      exit_code: 137,
      failure_class: 'oom',
      asked_memory_mb: 512,
      given_memory_mb: 512,
    },
    {
      attempt: 2,
      exit_code: 0,
      failure_class: null,
      asked_memory_mb: 512,
      given_memory_mb: 896,
      sizing: expect.stringContaining('attempt 1 was killed for memory'),
    },
  ]);
});

test('a job that was killed for memory is over where nobody said to try again', async () => {
  const retry = { retry_on_oom: false };
  const runId = await runRetrying(flotilla(), TAKES_700_MB, retry, { memory: 512 });
  expect(await flotilla().until(runId, 'STOPPED')).toMatchObject({
    exit_code: 137,
    exit_reason: 'OOMKilled',
  });
  expect(await attemptsOf(flotilla(), runId)).toMatchObject([{ failure_class: 'oom' }]);
});

test('an image without bash ends the run, and says what is missing', async () => {
  const run = await flotilla().run('true', { image: cluster().images.busybox });
  const over = await flotilla().until(run.run_id, 'STOPPED');
  expect(over.exit_reason).toMatch(/^exec: "bash": executable file not found/);
  expect(await attemptsOf(flotilla(), run.run_id)).toMatchObject([
    { failure_class: 'start-error' },
  ]);
});

test('a secret reaches the job, and Flotilla never has its value', async (context) => {
  const value = randomUUID();
  const where = ['--namespace', cluster().namespace];
  const literal = `--from-literal=password=${value}`;
  await cluster().kubectl('create', 'secret', 'generic', 'db', literal, ...where);
  context.onTestFinished(async () => {
    await cluster().kubectl('delete', 'secret', 'db', ...where);
  });
  const env = [{ name: 'DB_PASSWORD', secret: { name: 'db', key: 'password' } }];
  const run = await flotilla().run('set +x; printf %s "$DB_PASSWORD" | sha256sum', { env });
  expect(await flotilla().until(run.run_id, 'STOPPED')).toMatchObject({ exit_code: 0 });
  const log = await flotilla().logOf(run.run_id);
  expect(log).toContain(createHash('sha256').update(value).digest('hex'));
  await expectNowhere(flotilla().database, value);
});

test('a run waits for a secret that is not there, names it, and goes on when it is', async (context) => {
  const where = ['--namespace', cluster().namespace];
  const env = [{ name: 'TOKEN', secret: { name: 'not-yet', key: 'token' } }];
  const run = await flotilla().run('[ "$TOKEN" = here ]', { env });
  const step = await untilSaid(flotilla(), run.run_id, /the container cannot be made/, 'PENDING');
  expect(step.reason).toContain('secret "not-yet" not found');
  context.onTestFinished(async () => {
    await cluster().kubectl('delete', 'secret', 'not-yet', ...where);
  });
  const token = '--from-literal=token=here';
  await cluster().kubectl('create', 'secret', 'generic', 'not-yet', token, ...where);
  expect(await flotilla().until(run.run_id, 'STOPPED')).toMatchObject({ exit_code: 0 });
});
