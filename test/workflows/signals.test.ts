import { afterAll, beforeAll, expect, test } from 'vitest';
import { startFlotilla, type TestFlotilla } from '../support/flotilla.ts';
import { acceptRun } from '../support/rows.ts';

let flotilla: TestFlotilla;
beforeAll(async () => {
  flotilla = await startFlotilla();
});
afterAll(() => flotilla.stop());

/** As `temporal workflow signal` sends it, with whatever input. */
function signal(runId: string, name: string, ...input: unknown[]): Promise<void> {
  return flotilla.temporal.workflow.getHandle(runId).signal(name, ...input);
}

test('signals without sense are left aside, and the run goes on', async () => {
  const run = await flotilla.run('sleep 1; exit 4');
  await flotilla.until(run.run_id, 'RUNNING');
  await signal(run.run_id, 'jobChanged');
  await signal(run.run_id, 'jobChanged', 'STOPPED');
  await signal(run.run_id, 'jobChanged', { attempt: '1', phase: 'STOPPED' });
  await signal(run.run_id, 'jobChanged', { attempt: 1, phase: 'EXPLODED' });
  await signal(run.run_id, 'noSuchSignal', {});
  expect((await flotilla.until(run.run_id, 'STOPPED')).exit_code).toBe(4);
});

test.each([[[]], [[null]], [[{ by: 'ada' }]]])(
  'stop signalled with %j stops, by nobody named',
  async (input) => {
    const run = await flotilla.run('sleep 60');
    await flotilla.until(run.run_id, 'RUNNING');
    await signal(run.run_id, 'stop', ...input);
    expect((await flotilla.until(run.run_id, 'STOPPED')).exit_reason).toBe(
      'Task terminated by user',
    );
  },
);

test('stop signalled with a name says who', async () => {
  const run = await flotilla.run('sleep 60');
  await flotilla.until(run.run_id, 'RUNNING');
  await signal(run.run_id, 'stop', 'ada');
  expect((await flotilla.until(run.run_id, 'STOPPED')).exit_reason).toBe(
    'Task terminated by - ada',
  );
});

test('a run whose workflow Temporal does not have is given one by the sweep', async () => {
  const alias = await flotilla.define('true');
  const { rows } = flotilla.database;
  const [definition] = await rows<{ id: string }>(
    'SELECT definition_id AS id FROM task_def WHERE alias = $1',
    [alias],
  );
  const runId = await acceptRun(flotilla.database, {
    definitionId: definition?.id ?? '',
    command: 'exit 5',
    // As if it had begun, so that it is not reconcile's affair.
    workflowStartedAt: new Date(),
  });
  expect((await flotilla.until(runId, 'STOPPED')).exit_code).toBe(5);
});
