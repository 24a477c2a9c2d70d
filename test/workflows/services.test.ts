import { afterEach, expect, test } from 'vitest';
import { WorkflowNotFoundError } from '@temporalio/client';
import { watcherId } from '../../temporal/services.ts';
import { startWorker } from '../../worker.ts';
import { eventually } from '../support/eventually.ts';
import { startFlotilla, type RunJson, type TestFlotilla } from '../support/flotilla.ts';
import { acceptRun } from '../support/rows.ts';

let flotilla: TestFlotilla | null = null;
afterEach(async () => {
  await flotilla?.stop();
  flotilla = null;
});

test('an accepted run without a workflow is started by reconcile, once it is old enough', async () => {
  flotilla = await startFlotilla();
  const alias = await flotilla.define('exit 0');
  const [definition] = await flotilla.database.rows<{ definition_id: string }>(
    'SELECT definition_id FROM task_def WHERE alias = $1',
    [alias],
  );
  const queuedAt = new Date(Date.now() - 10_000);
  const definitionId = definition?.definition_id ?? '';
  const runId = await acceptRun(flotilla.database, { definitionId, queuedAt, command: 'exit 5' });
  const foreign = await acceptRun(flotilla.database, { definitionId, queuedAt, workflowId: null });
  expect((await flotilla.until(runId, 'STOPPED')).exit_code).toBe(5);
  // A row of another Flotilla on the same database is never touched.
  expect((await flotilla.get(foreign)).status).toBe('QUEUED');
  await expect(flotilla.temporal.workflow.getHandle(foreign).describe()).rejects.toThrow(
    WorkflowNotFoundError,
  );
});

test('a run whose workflow Temporal lost is given a new one, which adopts the job', async () => {
  flotilla = await startFlotilla();
  const run = await flotilla.run('sleep 4; exit 3');
  await flotilla.until(run.run_id, 'RUNNING');
  const handle = flotilla.temporal.workflow.getHandle(run.run_id);
  const first = (await handle.describe()).runId;
  // As if the namespace had been restored without it.
  await flotilla.temporal.workflowService.deleteWorkflowExecution({
    namespace: 'default',
    workflowExecution: { workflowId: run.run_id },
  });
  const over = await flotilla.until(run.run_id, 'STOPPED');
  expect(over).toMatchObject({ exit_code: 3, attempt_count: 1 });
  expect((await handle.describe()).runId).not.toBe(first);
  const epochs = (await flotilla.transitions(run.run_id)).map((one) => one.position.split('.')[0]);
  expect(epochs).toEqual(['0', '1', '1', '2']);
});

test('a workflow started again for a run that is over does nothing', async () => {
  flotilla = await startFlotilla();
  const run = await flotilla.run('exit 3');
  const over = await flotilla.until(run.run_id, 'STOPPED');
  await flotilla.temporal.workflow.getHandle(run.run_id).result();
  const result: unknown = await flotilla.temporal.workflow.execute('run', {
    workflowId: run.run_id,
    taskQueue: flotilla.config.temporal_task_queue,
    args: [
      { runId: run.run_id, cluster: 'default', taskQueue: flotilla.config.temporal_task_queue },
    ],
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
  });
  expect(result).toMatchObject({ status: 'STOPPED' });
  expect(await flotilla.get(run.run_id)).toEqual(over);
});

test('a cluster that is removed loses its watcher', async () => {
  flotilla = await startFlotilla({ config: { watch_cycle_seconds: 1 } });
  const handle = flotilla.temporal.workflow.getHandle(
    watcherId(flotilla.config.temporal_task_queue, 'default'),
  );
  expect((await handle.describe()).status.name).toBe('RUNNING');
  await flotilla.database.rows("DELETE FROM cluster_state WHERE name = 'default'");
  await eventually(
    'the watcher ended',
    async () => (await handle.describe()).status.name === 'COMPLETED',
  );
});

test('a worker that shuts down hands the watch over at once', async () => {
  const running = await startFlotilla({ config: { sweep_seconds: 3600 } });
  flotilla = running;
  const second = await startWorker({ config: running.config, log: running.log });
  const began = Date.now();
  await running.worker?.stop();
  running.worker = second;
  expect(Date.now() - began).toBeLessThan(5_000);
  const run = await running.run('exit 2');
  expect((await running.until(run.run_id, 'STOPPED')).exit_code).toBe(2);
});

test('a cluster with room for two runs two at a time, all of them, in order', async () => {
  flotilla = await startFlotilla({ slotLimit: 2 });
  const alias = await flotilla.define('sleep 0.5');
  const { rows } = flotilla.database;
  await rows("UPDATE cluster_state SET status = 'maintenance'");
  const runs: RunJson[] = [];
  for (let i = 0; i < 8; i += 1) runs.push(await flotilla.execute(alias));
  await eventually('all of them wait', async () => (await rows('SELECT 1 FROM slot')).length === 8);
  await rows("UPDATE cluster_state SET status = 'active'");
  const over = [];
  for (const run of runs) over.push(await flotilla.until(run.run_id, 'STOPPED'));
  const spans = over.map((run) => [
    Date.parse(run.started_at ?? ''),
    Date.parse(run.finished_at ?? ''),
  ]);
  const atOnce = spans.map(
    ([start = 0]) => spans.filter(([from = 0, to = 0]) => from <= start && start < to).length,
  );
  expect(Math.max(...atOnce)).toBeLessThanOrEqual(2);
  const starts = spans.map(([start]) => start);
  expect(starts.slice(0, -2).every((start, i) => (start ?? 0) <= (starts[i + 2] ?? 0))).toBe(true);
  const [row] = await flotilla.database.rows<{ n: number }>('SELECT count(*)::int AS n FROM slot');
  expect(row?.n).toBe(0);
  const reasons = await flotilla.transitions(runs[7]?.run_id ?? '');
  expect(reasons.map((one) => one.reason)).toContain('cluster default is in status maintenance');
});

test('names too long for search attributes and summary are cut there, and the run starts', async () => {
  flotilla = await startFlotilla();
  const owner = 'ä'.repeat(900);
  const run = await flotilla.run('exit 4', { run_tags: { owner_id: owner } });
  expect(await flotilla.until(run.run_id, 'STOPPED')).toMatchObject({ exit_code: 4, user: owner });
});

test('what an operator sees: search attributes, summary and activity summaries', async () => {
  flotilla = await startFlotilla();
  const { temporal } = flotilla;
  const run = await flotilla.run('exit 0');
  await flotilla.until(run.run_id, 'STOPPED');
  const found = await eventually('visibility knows', async () => {
    const query = `FlotillaStatus = 'STOPPED' AND FlotillaOwner = 'ada' AND FlotillaCluster = 'default'
      AND FlotillaEngine = 'local' AND WorkflowId = '${run.run_id}'`;
    for await (const execution of temporal.workflow.list({ query })) return execution;
    return null;
  });
  expect(found.workflowId).toBe(run.run_id);
  const description = await temporal.workflow.getHandle(run.run_id).describe();
  expect(await description.staticSummary()).toMatch(/^job-.* for ada on default$/);
});
