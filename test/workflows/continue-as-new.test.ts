import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { UPDATE_SET_STATUS, type StatusRequest } from '../../domain/lifecycle/messages.ts';
import { startWorker } from '../../worker.ts';
import { eventually } from '../support/eventually.ts';
import { startFlotilla, type TestFlotilla } from '../support/flotilla.ts';

let flotilla: TestFlotilla;
beforeAll(async () => {
  flotilla = await startFlotilla({ config: { sweep_seconds: 3600 } });
});
afterAll(() => flotilla.stop());

/** Long enough a history for the test server to suggest a new one (test/support/global-setup.ts). */
const SIGNALS = 130;

async function restartWorker(): Promise<void> {
  flotilla.worker = await startWorker({ config: flotilla.config, log: flotilla.log });
}

test('a run continues as new in one state, with signals and an update in the same workflow task', async () => {
  const go = join(flotilla.dir, 'go');
  const run = await flotilla.run(`until [ -e ${go} ]; do sleep 0.05; done; exit 6`);
  await flotilla.until(run.run_id, 'RUNNING');
  const handle = flotilla.temporal.workflow.getHandle(run.run_id);
  const before = (await handle.describe()).runId;
  await flotilla.worker?.stop();
  // Nobody works: what is sent now comes in one workflow task.
  const send = () => handle.signal('jobChanged', { attempt: 1, phase: 'RUNNING' });
  await Promise.all(Array.from({ length: SIGNALS }, send));
  const request: StatusRequest = {
    status: 'PENDING',
    exitCode: null,
    exitReason: 'a remark',
    runExceptions: null,
    by: 'ada',
    deadline: Date.now() + 60_000,
  };
  const update = handle.executeUpdate<boolean, [StatusRequest]>(UPDATE_SET_STATUS, {
    args: [request],
  });
  await send();
  await restartWorker();
  expect(await update).toBe(true);
  await eventually('it continued as new', async () => (await handle.describe()).runId !== before);
  expect(await flotilla.get(run.run_id)).toMatchObject({
    status: 'RUNNING',
    exit_reason: 'a remark',
  });
  writeFileSync(go, '');
  // No sweep helps here: the watcher's signal reaches the new execution.
  expect((await flotilla.until(run.run_id, 'STOPPED')).exit_code).toBe(6);
  const positions = (await flotilla.transitions(run.run_id)).map((one) => one.position);
  expect(positions).toEqual(['0.0', '1.1', '1.2', '1.3', '1.4']);
});

test('a stop that waited while nobody worked is heeded before the run continues', async () => {
  const run = await flotilla.run('sleep 60');
  await flotilla.until(run.run_id, 'RUNNING');
  const handle = flotilla.temporal.workflow.getHandle(run.run_id);
  await flotilla.worker?.stop();
  const send = () => handle.signal('jobChanged', { attempt: 1, phase: 'RUNNING' });
  await Promise.all(Array.from({ length: SIGNALS }, send));
  await handle.signal('stop', 'bob');
  await restartWorker();
  expect((await flotilla.until(run.run_id, 'STOPPED')).exit_reason).toBe(
    'Task terminated by - bob',
  );
});

test('a status declared while nobody worked is refused once its time is over', async () => {
  const run = await flotilla.run('sleep 3; exit 0');
  await flotilla.until(run.run_id, 'RUNNING');
  const handle = flotilla.temporal.workflow.getHandle(run.run_id);
  await flotilla.worker?.stop();
  const request: StatusRequest = {
    status: 'STOPPED',
    exitCode: 9,
    exitReason: null,
    runExceptions: null,
    by: null,
    deadline: Date.now() + 500,
  };
  const update = handle.executeUpdate(UPDATE_SET_STATUS, { args: [request] });
  const refused = update.then(
    () => null,
    (error: unknown) => error,
  );
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  await restartWorker();
  expect(await refused).toMatchObject({ cause: { message: 'the request came too late' } });
  expect((await flotilla.until(run.run_id, 'STOPPED')).exit_code).toBe(0);
});
