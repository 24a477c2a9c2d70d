import { afterAll, beforeAll, expect, test } from 'vitest';
import { startFlotilla, type TestFlotilla } from '../support/flotilla.ts';

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

test('a workflow that Temporal lost while its job lives is begun anew and follows the job', async () => {
  const run = await flotilla.run('sleep 6; exit 5');
  await flotilla.until(run.run_id, 'RUNNING');
  await flotilla.temporal.workflowService.deleteWorkflowExecution({
    namespace: 'default',
    workflowExecution: { workflowId: run.run_id },
  });
  const over = await flotilla.until(run.run_id, 'STOPPED');
  expect(over.exit_code).toBe(5);
  const { rows } = flotilla.database;
  const events = await rows('SELECT epoch FROM run_event WHERE run_id = $1 AND epoch > 1', [
    run.run_id,
  ]);
  expect(events.length).toBeGreaterThan(0);
});
