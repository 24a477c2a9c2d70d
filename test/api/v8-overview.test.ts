import { afterAll, beforeAll, expect, test } from 'vitest';
import { createFlotillaClient, type FlotillaClient, type Schemas } from '../../client/client.ts';
import type { NewRun } from '../../db/runs.ts';
import { startFlotilla, type TestFlotilla } from '../support/flotilla.ts';
import { acceptRun } from '../support/rows.ts';

let flotilla: TestFlotilla;
let client: FlotillaClient;
beforeAll(async () => {
  // Nothing goes on with what is put into the database.
  flotilla = await startFlotilla({ worker: false, slotLimit: 3 });
  client = createFlotillaClient(flotilla.url);
});
afterAll(() => flotilla.stop());

const accept = (more: Partial<NewRun>) => acceptRun(flotilla.database, more);
const over = { status: 'STOPPED', finishedAt: new Date() } as const;

async function countsOf(query: Record<string, string | string[]> = {}) {
  const { data } = await client.GET('/api/v8/runs/counts', { params: { query } });
  const counts = data?.counts ?? [];
  return Object.fromEntries(counts.map(({ status, ...count }) => [status, count]));
}

test('runs are counted by status as a filter has them, up to a thousand of each', async () => {
  await accept({ user: 'counter', groupName: 'g' });
  await accept({ user: 'counter', status: 'RUNNING', env: [{ name: 'A', value: '1' }] });
  await accept({ user: 'counter', ...over, exitCode: 0 });
  await accept({ user: 'counter', ...over, exitCode: 1 });
  await accept({ user: 'counter', ...over, exitCode: null });
  const exactly = (QUEUED: number, RUNNING: number, STOPPED: number) =>
    Object.fromEntries(
      Object.entries({ QUEUED, PENDING: 0, RUNNING, STOPPED, NEEDS_RETRY: 0 }).map(
        ([status, runs]) => [status, { runs, exact: true }],
      ),
    );
  const owner = 'counter';
  expect(await countsOf({ owner })).toEqual(exactly(1, 1, 3));
  expect(await countsOf({ owner, group: 'g' })).toEqual(exactly(1, 0, 0));
  expect(await countsOf({ owner, env: ['A=1'] })).toEqual(exactly(0, 1, 0));
  expect(await countsOf({ owner, exit: 'failed' })).toEqual(exactly(0, 0, 2));
  expect(await countsOf({ owner, exit: 'succeeded' })).toEqual(exactly(0, 0, 1));
  await flotilla.database.rows(
    `INSERT INTO task (run_id, alias, status, engine, exit_code)
     SELECT 'c-' || n, 'crowd', 'STOPPED', 'local', 0 FROM generate_series(1, 1001) n`,
  );
  expect((await countsOf({ alias: 'crowd' }))['STOPPED']).toEqual({ runs: 1_000, exact: false });
  await flotilla.database.rows(`DELETE FROM task WHERE run_id = 'c-1'`);
  expect((await countsOf({ alias: 'crowd' }))['STOPPED']).toEqual({ runs: 1_000, exact: true });
  expect((await fetch(`${flotilla.url}/api/v8/runs/counts?status=QUEUED`)).status).toBe(400);
  expect(await countsOf({ owner, env: ['A=1', 'A'] })).toEqual(exactly(0, 1, 0));
  expect(await countsOf({ owner, env: ['A=1', 'A=2'] })).toEqual(exactly(0, 0, 0));
});

test('a definition tells how many runs it has, and how many are not over', async () => {
  const alias = await flotilla.define('true');
  const { data } = await client.GET('/api/v8/definitions', { params: { query: { alias } } });
  const id = data?.definitions[0]?.definition_id ?? '';
  const count = async (definition_id: string) =>
    client.GET('/api/v8/definitions/{definition_id}/runs-count', {
      params: { path: { definition_id } },
    });
  expect((await count(id)).data).toEqual({ runs: 0, open: 0, exact: true });
  await accept({ definitionId: id });
  await accept({ definitionId: id, status: 'NEEDS_RETRY' });
  await accept({ definitionId: id, ...over });
  expect((await count(id)).data).toEqual({ runs: 3, open: 2, exact: true });
  expect((await count('nope')).response.status).toBe(404);
});

type Field = 'owner' | 'alias' | 'group' | 'cluster' | 'image' | 'tag';
async function suggested(field: Field, prefix: string, limit = 10): Promise<string[]> {
  const { data } = await client.GET('/api/v8/suggestions', {
    params: { query: { field, prefix, limit } },
  });
  return data?.values ?? [];
}

test('values are suggested by how they begin, each once, from definitions and runs', async () => {
  for (const name of ['sug-b', 'sug-a', 'sug_c', 'Sug-d', 'sug%e']) {
    await client.POST('/api/v8/definitions', {
      body: { alias: name, image: 'sug.example.com/i:1', group_name: 'sug-group', tags: ['sug-t'] },
    });
  }
  await accept({
    alias: 'sug-a',
    image: 'sug.example.com/i:2',
    groupName: 'sug-gone',
    user: 'sug-o',
  });
  await accept({ alias: 'sug-z', clusterName: 'sug-cluster', user: 'sug-o' });
  await accept({ user: 'sug-p' });
  expect(await suggested('alias', 'sug-')).toEqual(['sug-a', 'sug-b', 'sug-z']);
  expect(await suggested('alias', 'sug-', 2)).toEqual(['sug-a', 'sug-b']);
  expect(await suggested('alias', 'sug_')).toEqual(['sug_c']);
  expect(await suggested('alias', 'sug%')).toEqual(['sug%e']);
  expect(await suggested('alias', 'ug-')).toEqual([]);
  expect(await suggested('group', 'sug')).toEqual(['sug-gone', 'sug-group']);
  expect(await suggested('image', 'sug')).toEqual(['sug.example.com/i:1', 'sug.example.com/i:2']);
  expect(await suggested('owner', 'sug')).toEqual(['sug-o', 'sug-p']);
  expect(await suggested('cluster', '')).toEqual(
    expect.arrayContaining(['default', 'sug-cluster']),
  );
  expect(await suggested('tag', 'sug')).toEqual(['sug-t']);
  expect((await fetch(`${flotilla.url}/api/v8/suggestions?field=env`)).status).toBe(400);
});

test('the overview tells how runs ended by hour, what is open, and what waits', async () => {
  await flotilla.database.rows('TRUNCATE task CASCADE');
  const { data: definition } = await client.POST('/api/v8/definitions', {
    body: { alias: 'failing', image: 'i' },
  });
  const id = definition?.definition_id ?? '';
  const now = new Date();
  const ago = (hours: number) => new Date(now.getTime() - hours * 3_600_000);
  await accept({ ...over, finishedAt: now, exitCode: 0 });
  const first = { ...over, definitionId: id, alias: 'failing', finishedAt: ago(3), exitCode: 1 };
  await accept({ ...first, queuedAt: ago(5) });
  const last = await accept({ ...first, exitCode: null, queuedAt: ago(4) });
  await accept({ ...first, exitCode: 0, queuedAt: ago(3) });
  await accept({ ...over, finishedAt: ago(3), exitCode: 137, stopRequestedAt: ago(3) });
  await accept({ ...over, finishedAt: ago(30), exitCode: 1 });
  const waiting = [await accept({ queuedAt: ago(2) }), await accept({ queuedAt: ago(1) })];
  await accept({ status: 'RUNNING' });
  await accept({ workflowId: null });
  const get = async (hours: number): Promise<Schemas['Overview']> => {
    const { data } = await client.GET('/api/v8/overview', { params: { query: { hours } } });
    return data as Schemas['Overview'];
  };
  const overview = await get(24);
  expect(overview.hours).toHaveLength(24);
  const at = (hours: number) => ago(hours).toISOString().slice(0, 13);
  const hourOf = (hours: number) => overview.hours.find((one) => one.at.startsWith(at(hours)));
  expect(hourOf(0)).toMatchObject({ succeeded: 1, failed: 0, stopped_by_hand: 0 });
  expect(hourOf(3)).toMatchObject({ succeeded: 1, failed: 2, stopped_by_hand: 1 });
  expect(hourOf(1)).toMatchObject({ succeeded: 0, failed: 0, stopped_by_hand: 0 });
  expect(overview.open).toEqual([
    { status: 'QUEUED', runs: 2 },
    { status: 'PENDING', runs: 0 },
    { status: 'RUNNING', runs: 1 },
    { status: 'NEEDS_RETRY', runs: 0 },
  ]);
  expect(overview.queue).toEqual([{ cluster: 'default', waiting: 2, limit: 3, running: 1 }]);
  expect(overview.longest_waiting.map((run) => run.run_id)).toEqual(waiting);
  expect(overview.failing_definitions).toEqual([
    { definition_id: id, alias: 'failing', failed: 2, runs: 3, last_failed_run_id: last },
  ]);
  expect(overview.exact).toBe(true);
  expect((await get(1)).failing_definitions).toEqual([]);
  expect((await fetch(`${flotilla.url}/api/v8/overview?hours=0`)).status).toBe(400);
});
