import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seedCluster } from '../../db/clusters.ts';
import { eventually } from '../support/eventually.ts';
import { expectNowhere } from '../support/nowhere.ts';
import { startFlotilla, type RunJson, type TestFlotilla } from '../support/flotilla.ts';
import { callJson } from './call.ts';
import { ecsConfig, useEngines, type Bed } from './engines.ts';

let bed: Bed;
let flotilla: TestFlotilla;
useEngines((given) => (bed = given), { hosts: 4 });

beforeAll(async () => {
  flotilla = await startFlotilla({
    config: {
      ...ecsConfig(bed.ecs),
      queue_status: bed.queue,
      default_engine: 'ecs',
      retry_max_attempts: 3,
    },
  });
  for (const name of Object.values(bed.ecs.clusters)) {
    const cluster = { name, engine: 'ecs', region: bed.ecs.client.region };
    await seedCluster(flotilla.database.db, cluster);
  }
});
afterAll(() => flotilla.stop());

const begun = async (command: string, fault = ''): Promise<RunJson> => {
  const alias = await flotilla.define(command, {
    memory: 64,
    env: fault === '' ? [] : [{ name: 'FLOTILLA_TEST_FAULT', value: fault }],
  });
  return flotilla.execute(alias, { cluster: bed.ecs.clusters.ec2 });
};
const tasksOf = async (runId: string) =>
  (await bed.ecs.control.tasks()).filter(({ startedBy }) => startedBy?.startsWith(`${runId}/`));

test('a run is a task of ECS, whose exit code and log are its own', async () => {
  const { run_id: id } = await begun('echo hello; exit 3');
  expect(await flotilla.until(id, 'STOPPED')).toMatchObject({ exit_code: 3 });
  expect(await flotilla.logOf(id)).toContain('hello');
  const statuses = (await flotilla.transitions(id)).map(({ status }) => status);
  expect(statuses).toEqual(['QUEUED', 'PENDING', 'RUNNING', 'STOPPED']);
  expect(await tasksOf(id)).toHaveLength(1);
});

test('engine ecs, asked for by name, is served by a cluster of it; another engine there is a mistake', async () => {
  const alias = await flotilla.define('true', { memory: 64 });
  const cluster = bed.ecs.clusters.ec2;
  const { run_id: id } = await flotilla.execute(alias, { engine: 'ecs', cluster });
  expect(await flotilla.until(id, 'STOPPED')).toMatchObject({ exit_code: 0, engine: 'ecs' });
  const elsewhere = flotilla.execute(alias, { engine: 'eks', cluster });
  await expect(elsewhere).rejects.toThrow(`cluster ${cluster} is of engine ecs, not eks`);
});

test('a secret reaches the job by reference, and Flotilla never has its value', async () => {
  const value = randomUUID();
  const parameter = { Name: '/app/key', Value: value, Type: 'SecureString' };
  await callJson(bed.ecs.endpoint, 'ssm', 'AmazonSSM.PutParameter', parameter);
  const alias = await flotilla.define('set +x; printf %s "$KEY" | sha256sum', {
    memory: 64,
    env: [{ name: 'KEY', secret: { name: 'app', key: 'key' } }],
  });
  const { run_id: id } = await flotilla.execute(alias, { cluster: bed.ecs.clusters.ec2 });
  expect(await flotilla.until(id, 'STOPPED')).toMatchObject({ exit_code: 0 });
  const hash = createHash('sha256').update(value).digest('hex');
  expect(await flotilla.logOf(id)).toContain(hash);
  await expectNowhere(flotilla.database, value);
});

test('a lost host is retried on another one, with the evidence on record', async () => {
  const { run_id: id } = await begun('echo one more; sleep 1', 'host-lost@1');
  expect(await flotilla.until(id, 'STOPPED')).toMatchObject({ exit_code: 0 });
  const retry = (await flotilla.transitions(id)).find(({ status }) => status === 'NEEDS_RETRY');
  expect(retry?.reason).toMatch(/terminated/);
  expect((await tasksOf(id)).map(({ startedBy }) => startedBy)).toEqual([`${id}/1`, `${id}/2`]);
});

test('an image that is not there ends the run, in the words of AWS', async () => {
  const { run_id: id } = await begun('true', 'image-not-found');
  const over = await flotilla.until(id, 'STOPPED');
  expect(over.exit_code ?? null).toBeNull();
  expect(over.exit_reason).toContain('CannotPullContainerError');
  expect(await tasksOf(id)).toHaveLength(1);
});

test('without room a run waits in QUEUED, says why, and uses up no attempt', async () => {
  const { run_id: id } = await begun('true', 'resource-memory:4');
  await eventually('it says why', async () =>
    (await flotilla.transitions(id)).some(
      ({ status, reason }) => status === 'QUEUED' && reason?.includes('RESOURCE:MEMORY'),
    ),
  );
  expect(await flotilla.until(id, 'STOPPED')).toMatchObject({ exit_code: 0 });
  expect((await tasksOf(id)).map(({ startedBy }) => startedBy)).toEqual([`${id}/1`]);
});

test('a stop is confirmed by ECS, which has the name of who asked', async () => {
  const started = await begun('sleep 60');
  const { run_id: id } = started;
  await flotilla.until(id, 'RUNNING');
  const path = `/api/v6/task/${started.definition_id}/history/${id}`;
  await flotilla.api.request('DELETE', path);
  expect(await flotilla.until(id, 'STOPPED')).toMatchObject({ exit_code: 1 });
  const [task] = await tasksOf(id);
  expect(task).toMatchObject({ lastStatus: 'STOPPED' });
  expect(task?.stoppedReason).toMatch(/^flotilla: stopped by /);
});

test('while events are held back the sweep tells, and every status is right in the end', async () => {
  await bed.ecs.control.holdEvents();
  const runs = await Promise.all(
    Array.from({ length: 20 }, (_, i) => begun(`echo ${randomUUID()}; exit ${i % 3}`)),
  );
  for (const [i, { run_id: id }] of runs.entries()) {
    expect(await flotilla.until(id, 'STOPPED')).toMatchObject({ exit_code: i % 3 });
    expect(await tasksOf(id)).toHaveLength(1);
  }
  await bed.ecs.control.releaseEvents();
});
