import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Schemas } from '../../client/client.ts';
import { eventually } from '../support/eventually.ts';
import { attemptsOf, stopRun, untilSaid } from '../support/observe.ts';
import { sharedFlotilla } from '../support/kubernetes/shared-flotilla.ts';

const { cluster, flotilla } = sharedFlotilla();

const STOPPED = { exit_code: 1, exit_reason: 'Task terminated by user' };
/** After so long, what was to note something has not. */
const QUIET_MS = 500;

function podsOf(runId: string): Promise<string> {
  const where = ['--namespace', cluster().namespace];
  return cluster().kubectl('get', 'pods', ...where, '-l', `job-name=${runId}`, '-o', 'name');
}

async function setStatus(status: string): Promise<void> {
  const { clusters } = await flotilla().api.json<{ clusters: Schemas['Cluster'][] }>(
    'GET',
    '/api/v8/clusters',
  );
  const own = clusters.find(({ name }) => name === cluster().context);
  await flotilla().api.json('PATCH', `/api/v8/clusters/${own?.cluster_id}`, { status });
}

test('a run that is stopped while it waits for its cluster never gets there', async (context) => {
  await setStatus('maintenance');
  context.onTestFinished(() => setStatus('active'));
  const run = await flotilla().run(cluster().ledger.noteAttempt('queued'));
  await untilSaid(flotilla(), run.run_id, /maintenance/, 'QUEUED');
  await stopRun(flotilla(), run.run_id);
  expect(await flotilla().until(run.run_id, 'STOPPED')).toMatchObject(STOPPED);
  await setStatus('active');
  const next = await flotilla().run(cluster().ledger.noteAttempt('queued'));
  expect(await flotilla().until(next.run_id, 'STOPPED')).toMatchObject({ exit_code: 0 });
  expect(cluster().ledger.attempts('queued', run.run_id)).toEqual([]);
  expect(await podsOf(run.run_id)).toBe('');
});

test('a run that no node has room for says so, and can be stopped', async () => {
  const run = await flotilla().run(cluster().ledger.noteAttempt('big'), { cpu: 60_000 });
  const step = await untilSaid(flotilla(), run.run_id, /^unschedulable: /, 'PENDING');
  expect(step.reason).toMatch(/Insufficient cpu/);
  await stopRun(flotilla(), run.run_id);
  expect(await flotilla().until(run.run_id, 'STOPPED')).toMatchObject(STOPPED);
  expect(cluster().ledger.attempts('big', run.run_id)).toEqual([]);
  await eventually('its pod is gone', async () => (await podsOf(run.run_id)) === '');
});

test('a run can be stopped while its image is being fetched', async () => {
  const run = await flotilla().run('true', { image: '127.0.0.1:1/none:1' });
  await untilSaid(flotilla(), run.run_id, /image cannot be fetched now.*connection refused/s);
  await stopRun(flotilla(), run.run_id);
  expect(await flotilla().until(run.run_id, 'STOPPED')).toMatchObject(STOPPED);
});

test('of a run that is stopped nothing runs any more when it is STOPPED', async () => {
  const mark = randomUUID();
  const loop = `while true; do ${cluster().ledger.note(mark)}; sleep 0.05; done`;
  const run = await flotilla().run(`(trap '' TERM; ${loop}) & ${loop}`);
  await flotilla().until(run.run_id, 'RUNNING');
  const notes = (): number =>
    cluster()
      .ledger.lines()
      .filter((line) => line === mark).length;
  await eventually('it notes', () => notes() > 2);
  await stopRun(flotilla(), run.run_id);
  expect(await flotilla().until(run.run_id, 'STOPPED')).toMatchObject(STOPPED);
  const before = notes();
  await sleep(QUIET_MS);
  expect(notes()).toBe(before);
  expect(await attemptsOf(flotilla(), run.run_id)).toHaveLength(1);
});
