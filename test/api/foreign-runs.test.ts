import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { migrateDatabase } from '../../db/migrate.ts';
import { LocalEngine } from '../../engines/local/engine.ts';
import { localClusterDir } from '../../engines/local/paths.ts';
import { checksums, columnsOf, createOldDatabase } from '../support/adopted.ts';
import type { TestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { startFlotilla, type RunJson, type TestFlotilla } from '../support/flotilla.ts';
import { OldFlotilla } from '../support/old-flotilla.ts';
import { reconcileId } from '../../temporal/services.ts';
import { attemptSpec } from '../support/attempt-spec.ts';

const LIVE = ['QUEUED', 'PENDING', 'RUNNING', 'NEEDS_RETRY'];
let database: TestDatabase;
let flotilla: TestFlotilla;
let engine: LocalEngine;
/** How often the cluster was listed: each sweep does it once. */
let sweeps = 0;

beforeAll(async () => {
  database = await createOldDatabase();
  await migrateDatabase(database.url);
  // As if flotilla-os had had our engine: rows that a worker of ours could take for its own.
  for (const status of [...LIVE, 'STOPPED']) {
    await database.rows(
      `INSERT INTO task (run_id, status, cluster_name, engine, definition_id, queued_at, "user",
         started_at, active_deadline_seconds, task_type, env)
       VALUES ($1, $2, 'default', 'local', 'etl-1', now() - interval '1 day', 'ada',
         now() - interval '1 day', 1, 'task', 'null')`,
      [`local-old-${status}`, status],
    );
  }
  flotilla = await startFlotilla({
    database,
    config: { sweep_seconds: 0.5, reconcile_seconds: 1, reconcile_age_seconds: 0.1 },
    engineFor: (cluster) => {
      engine = new LocalEngine(localClusterDir(flotillaDir, cluster));
      const list = engine.list.bind(engine);
      engine.list = (cursor) => {
        sweeps += 1;
        return list(cursor);
      };
      return engine;
    },
    onDir: (dir) => (flotillaDir = dir),
  });
});
afterAll(() => flotilla.stop());
let flotillaDir = '';

const call = (method: string, path: string, body?: unknown): Promise<Response> =>
  fetch(`${flotilla.url}/api/v6/${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
const FOREIGN = (runId: string): string =>
  `run ${runId} belongs to another Flotilla on this database: ask that one, or take it over with flotilla adopt`;
/** All that there is of the rows of the old service, our columns included. */
async function foreignRows(): Promise<unknown> {
  const where = { task: 'workflow_id IS NULL' };
  return checksums(database, await columnsOf(database), where);
}

describe('a run of flotilla-os on the same database', () => {
  test('is listed and shown, with whatever its row leaves open', async () => {
    const { history, total } = await flotilla.api.json<{ history: RunJson[]; total: number }>(
      'GET',
      '/api/v6/history?limit=6000&sort_by=run_id',
    );
    expect([history.length, total]).toEqual([5014, 5014]);
    for (const run of history.filter(({ run_id: id }) => !/^eks-\d+$/.test(id))) {
      expect(await flotilla.get(run.run_id)).toMatchObject({ run_id: run.run_id });
      expect(await flotilla.logOf(run.run_id)).toBe('');
      expect(await flotilla.transitions(run.run_id)).toEqual([]);
      expect((await call('GET', `${run.run_id}/status`)).status).toBe(200);
      expect((await call('GET', `${run.run_id}/events`)).status).toBe(200);
    }
    const live = history.filter(({ run_id: id }) => id.startsWith('local-old-'));
    expect(live.map(({ status }) => status).toSorted()).toEqual([...LIVE, 'STOPPED'].toSorted());
    const wanted = await call('GET', 'history?status=NEEDS_RETRY');
    expect(await wanted.json()).toMatchObject({ total: 2 });
  });

  test.each(LIVE)('that is %s is not stopped, and the answer says so', async (status) => {
    const before = await foreignRows();
    const runId = `local-old-${status}`;
    const answer = await call('DELETE', `task/etl-1/history/${runId}`);
    expect([answer.status, await answer.json()]).toEqual([409, { error: FOREIGN(runId) }]);
    expect(await foreignRows()).toEqual(before);
  });

  test('that is over needs no stopping', async () => {
    const before = await foreignRows();
    const answer = await call('DELETE', 'task/etl-1/history/local-old-STOPPED');
    expect([answer.status, await answer.json()]).toEqual([200, { terminated: true }]);
    expect(await foreignRows()).toEqual(before);
  });

  test.each([...LIVE, 'STOPPED'])('that is %s is given no status', async (status) => {
    const before = await foreignRows();
    const runId = `local-old-${status}`;
    const answer = await call('PUT', `${runId}/status`, { status: 'STOPPED', exit_code: 7 });
    expect([answer.status, await answer.json()]).toEqual([409, { error: FOREIGN(runId) }]);
    expect(await foreignRows()).toEqual(before);
  });

  test('is left alone, and its job with it, by sweep and reconcile', async () => {
    const before = await foreignRows();
    const ref = { runId: 'local-old-STOPPED', attempt: 1 };
    const signal = AbortSignal.timeout(30_000);
    await engine.launch(attemptSpec('sleep 60', ref), signal);
    const ours = await flotilla.run('true');
    await flotilla.until(ours.run_id, 'STOPPED');
    const seen = sweeps;
    await eventually('it was swept', () => sweeps >= seen + 4);
    await eventually('it was reconciled', async () => {
      const id = reconcileId(flotilla.config.temporal_task_queue);
      const handle = flotilla.temporal.schedule.getHandle(id);
      return (await handle.describe()).info.numActionsTaken >= 2;
    });
    expect(await engine.find(ref)).toMatchObject({ kind: 'found', job: { phase: 'RUNNING' } });
    expect((await foreignRows()) as Record<string, unknown>).toMatchObject({
      task: (before as Record<string, unknown>)['task'],
    });
    await engine.end({ ref, externalId: null, graceSeconds: 0, signal });
  });

  test('is no workflow’s to take over', async () => {
    const before = await foreignRows();
    const handle = await flotilla.temporal.workflow.start('run', {
      workflowId: 'local-old-RUNNING',
      taskQueue: flotilla.config.temporal_task_queue,
      args: [
        {
          runId: 'local-old-RUNNING',
          cluster: 'default',
          taskQueue: flotilla.config.temporal_task_queue,
        },
      ],
    });
    await expect(handle.result()).rejects.toThrow('Workflow execution failed');
    expect(await foreignRows()).toEqual(before);
  });

  test('as a parent that is over leaves its live children here to be stopped', async () => {
    const parent = 'local-old-STOPPED';
    const child = await flotilla.run('sleep 60', {
      env: [{ name: 'PARENT_FLOTILLA_RUN_ID', value: parent }],
    });
    await flotilla.until(child.run_id, 'RUNNING');
    expect((await call('DELETE', `task/etl-1/history/${parent}`)).status).toBe(200);
    expect(await flotilla.until(child.run_id, 'STOPPED')).toMatchObject({ exit_code: 1 });
  });
});

describe('an idempotence key', () => {
  const execute = (key: string): Promise<RunJson> =>
    flotilla.api.json('PUT', '/api/v6/task/alias/nightly/execute', {
      run_tags: { owner_id: 'ada' },
      cluster: 'default',
      command: 'true',
      idempotence_key: key,
    });

  test.each([
    ['twice', 'the run that was queued first', 'eks-ok'],
    ['recent', 'a run that ended without a code', 'eks-no-code'],
  ])('%s is that of %s in flotilla-os, as it is there', async (key, _, holder) => {
    const before = await foreignRows();
    expect((await execute(key)).run_id).toBe(holder);
    expect((await execute(key)).run_id).toBe(holder);
    const after = (await foreignRows()) as Record<string, unknown>;
    expect(after).toMatchObject({ task: (before as Record<string, unknown>)['task'] });
  });

  test.each(['failed', 'stale', 'key-1'])('%s is free again', async (key) => {
    const run = await execute(key);
    expect(run.run_id).toMatch(/^local-/);
    expect((await execute(key)).run_id).toBe(run.run_id);
    expect((await flotilla.until(run.run_id, 'STOPPED')).exit_code).toBe(0);
  });

  test('is given by flotilla-os to a run of ours too', async () => {
    const run = await execute('ours');
    const old = new OldFlotilla(database.url);
    expect(await old.keyHolder('ours')).toBe(run.run_id);
    await old.close();
  });
});

describe('a definition of flotilla-os', () => {
  test('is listed, whatever it lacks', async () => {
    const { definitions } = await flotilla.api.json<{ definitions: Record<string, unknown>[] }>(
      'GET',
      '/api/v6/task?sort_by=image',
    );
    const byId = new Map(definitions.map((one) => [one['definition_id'], one]));
    expect(byId.get('etl-1')).toMatchObject({ tags: ['etl'], ports: [8080, 9090] });
    expect(byId.get('-2')).toMatchObject({ alias: 'json-null-env', env: [] });
    expect(byId.get('ecs-3')).toMatchObject({ alias: '', env: [] });
  });

  test('without an alias can be changed, and so can another', async () => {
    for (const id of ['ecs-3', 'ecs-4']) {
      const changed = await call('PUT', `task/${id}`, { image: 'new' });
      expect([changed.status, await changed.json()]).toMatchObject([200, { image: 'new' }]);
    }
    const rows = await database.rows('SELECT alias FROM task_def WHERE alias IS NULL');
    expect(rows).toHaveLength(2);
  });

  test('runs here, with the environment and command that it has', async () => {
    const run = await flotilla.api.json<RunJson>('PUT', '/api/v6/task/ecs-4/execute', {
      run_tags: { owner_id: 'ada' },
      cluster: 'default',
    });
    await flotilla.until(run.run_id, 'STOPPED');
    expect(await flotilla.logOf(run.run_id)).toContain('\necs\n');
  });
});
