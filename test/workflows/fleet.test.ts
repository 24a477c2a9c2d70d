import { WorkflowNotFoundError, type WorkflowHandle } from '@temporalio/client';
import { afterEach, expect, test } from 'vitest';
import { FlotillaError } from '../../domain/errors.ts';
import { controlQueue } from '../../domain/lifecycle/messages.ts';
import type { Engine } from '../../engines/engine.ts';
import { LocalEngine } from '../../engines/local/engine.ts';
import { localClusterDir } from '../../engines/local/paths.ts';
import { ensureWatcher, watcherId } from '../../temporal/services.ts';
import { eventually } from '../support/eventually.ts';
import { startFlotilla, type FlotillaOptions, type TestFlotilla } from '../support/flotilla.ts';

let flotilla: TestFlotilla | null = null;
afterEach(async () => {
  await flotilla?.stop();
  flotilla = null;
});

/** Every engine is local; what is opened and closed is written down, and `away` cannot be opened. */
async function start({ deaf, ...options }: FlotillaOptions & { deaf?: string } = {}) {
  let dir = '';
  const seen: string[] = [];
  const away = new Set<string>();
  const running = await startFlotilla({
    onDir: (path) => (dir = path),
    engineFor(cluster): Engine {
      if (away.has(cluster)) throw new FlotillaError('unavailable', `no kubeconfig for ${cluster}`);
      seen.push(`open ${cluster}`);
      const engine = new LocalEngine(localClusterDir(dir, cluster));
      if (cluster === deaf) {
        engine.launch = () => {
          seen.push(`launch ${cluster}`);
          return new Promise(() => undefined);
        };
      }
      engine.close = () => Promise.resolve(void seen.push(`close ${cluster}`));
      return engine;
    },
    ...options,
  });
  flotilla = running;
  return { running, seen, away };
}

function add(running: TestFlotilla, name: string) {
  return running.database.rows(
    "INSERT INTO cluster_state (name, engine, region) VALUES ($1, 'local', 'here')",
    [name],
  );
}

async function polled(running: TestFlotilla, cluster: string): Promise<boolean> {
  const { pollers } = await running.temporal.workflowService.describeTaskQueue({
    namespace: 'default',
    taskQueue: { name: controlQueue(running.config.temporal_task_queue, cluster) },
    taskQueueType: 2,
  });
  return (pollers ?? []).length > 0;
}

async function isRunning(handle: WorkflowHandle): Promise<boolean> {
  try {
    return (await handle.describe()).status.name === 'RUNNING';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

test('a cluster that is added while a worker runs is served without a restart', async () => {
  const { running } = await start();
  await add(running, 'late');
  const run = await running.run('exit 6', { cluster: 'late' });
  expect((await running.until(run.run_id, 'STOPPED')).exit_code).toBe(6);
  expect(await polled(running, 'late')).toBe(true);
});

test('a cluster that is removed is served no longer, and its watcher ends', async () => {
  const { running, seen } = await start();
  await add(running, 'brief');
  const id = watcherId(running.config.temporal_task_queue, 'brief');
  const handle = running.temporal.workflow.getHandle(id);
  await eventually('it is served', () => polled(running, 'brief'));
  await eventually('it is watched', () => isRunning(handle));
  await running.database.rows("DELETE FROM cluster_state WHERE name = 'brief'");
  await eventually('its engine is closed', () => seen.includes('close brief'));
  await eventually(
    'its watcher ended',
    async () => (await handle.describe()).status.name === 'COMPLETED',
  );
  // The others go on.
  const run = await running.run('exit 4');
  expect((await running.until(run.run_id, 'STOPPED')).exit_code).toBe(4);
  expect(seen).toEqual(['open default', 'open brief', 'close brief']);
});

test('a cluster is closed, and others go on, though a call to its engine never returns', async () => {
  const { running, seen } = await start({ deaf: 'stuck' });
  await add(running, 'stuck');
  await running.run('exit 6', { cluster: 'stuck' });
  await eventually('it is being launched', () => seen.includes('launch stuck'));
  await running.database.rows("DELETE FROM cluster_state WHERE name = 'stuck'");
  await eventually('its engine is closed', () => seen.includes('close stuck'));
  const run = await running.run('exit 4');
  expect((await running.until(run.run_id, 'STOPPED')).exit_code).toBe(4);
});

test('the watcher of a cluster that went while nobody served it is ended', async () => {
  const { running, seen } = await start();
  // A worker that is gone, or reconcile, had begun to watch it.
  const taskQueue = running.config.temporal_task_queue;
  await ensureWatcher(running.temporal, { cluster: 'gone', taskQueue });
  const handle = running.temporal.workflow.getHandle(watcherId(taskQueue, 'gone'));
  expect(await isRunning(handle)).toBe(true);
  await eventually('it has ended', async () => !(await isRunning(handle)));
  const others = running.temporal.workflow.getHandle(watcherId(taskQueue, 'default'));
  expect(await isRunning(others)).toBe(true);
  expect(seen).toEqual(['open default']);
});

test('a job that is being looked at is let finish when its cluster is opened anew', async () => {
  const { running, seen } = await start();
  const run = await running.run('sleep 3; exit 5');
  await running.until(run.run_id, 'RUNNING');
  await running.database.rows("UPDATE cluster_state SET namespace = 'jobs' WHERE name = 'default'");
  await eventually('it is opened anew', () => seen.length === 3);
  expect(seen).toEqual(['open default', 'close default', 'open default']);
  expect((await running.until(run.run_id, 'STOPPED')).exit_code).toBe(5);
  // What does not concern its engine changes nothing.
  await running.database.rows(
    "UPDATE cluster_state SET slot_limit = 9, status_reason = 'x' WHERE name = 'default'",
  );
  await add(running, 'later');
  await eventually('the next look is over', () => seen.includes('open later'));
  expect(seen.slice(3)).toEqual(['open later']);
});

test('a cluster that cannot be opened says why, harms no other, and is tried again', async () => {
  const { running, away } = await start();
  away.add('sick');
  await add(running, 'sick');
  const waiting = await running.run('exit 8', { cluster: 'sick' });
  const trouble = await eventually('its trouble is on record', async () => {
    const { clusters } = await running.api.json<{
      clusters: { name: string; last_error: string | null; last_error_at: string | null }[];
    }>('GET', '/api/v8/clusters');
    const sick = clusters.find(({ name, last_error: error }) => name === 'sick' && error !== null);
    return sick ?? null;
  });
  expect(trouble.last_error).toBe('no kubeconfig for sick');
  expect(Date.now() - Date.parse(trouble.last_error_at ?? '')).toBeLessThan(30_000);
  const run = await running.run('exit 4');
  expect((await running.until(run.run_id, 'STOPPED')).exit_code).toBe(4);
  expect((await running.get(waiting.run_id)).status).toBe('QUEUED');
  away.clear();
  expect((await running.until(waiting.run_id, 'STOPPED')).exit_code).toBe(8);
});
