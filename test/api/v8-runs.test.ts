import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { operations } from '../../client/schema.generated.ts';
import { createFlotillaClient, type FlotillaClient, type Schemas } from '../../client/client.ts';
import { startFlotilla, type TestFlotilla } from '../support/flotilla.ts';

let flotilla: TestFlotilla;
let client: FlotillaClient;
beforeAll(async () => {
  flotilla = await startFlotilla();
  client = createFlotillaClient(flotilla.url);
});
afterAll(() => flotilla.stop());

type Launch = Schemas['Launch'];
type RunQuery = NonNullable<operations['listRuns']['parameters']['query']>;

async function launch(body: Launch): Promise<Schemas['Run']> {
  const { data } = await client.POST('/api/v8/runs', {
    body: { owner: 'ada', cluster: 'default', ...body },
  });
  expect(data).toBeDefined();
  return data as Schemas['Run'];
}

const pathOf = (runId: string) => ({ path: { run_id: runId } });

test('a run is launched by alias, with what was asked for, and is there at its location', async () => {
  const alias = await flotilla.define('echo from the definition');
  const { data, response } = await client.POST('/api/v8/runs', {
    body: {
      alias,
      owner: 'ada',
      cluster: 'default',
      env: [{ name: 'WHO', value: 'wörld' }],
      command: 'set +x; echo "hello $WHO"; exit 3',
      memory_mb: 64,
      cpu_millicores: 250,
      active_deadline_seconds: 60,
      description: 'once',
      labels: { team: 'x' },
    },
  });
  expect(response.status).toBe(201);
  expect(data).toMatchObject({
    alias,
    owner: 'ada',
    cluster: 'default',
    engine: 'local',
    status: 'QUEUED',
    definition_version: 1,
    memory_mb: 64,
    cpu_millicores: 250,
    active_deadline_seconds: 60,
    description: 'once',
    labels: { team: 'x' },
    exit_code: null,
  });
  const runId = data?.run_id ?? '';
  expect(response.headers.get('location')).toBe(`/api/v8/runs/${runId}`);
  await flotilla.until(runId, 'STOPPED');
  const params = pathOf(runId);
  const { data: ended } = await client.GET('/api/v8/runs/{run_id}', { params });
  expect(ended).toMatchObject({ status: 'STOPPED', exit_code: 3, attempt_count: 1 });
  expect(ended?.finished_at).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  const { data: attempts } = await client.GET('/api/v8/runs/{run_id}/attempts', { params });
  expect(attempts?.attempts).toMatchObject([{ attempt: 1, state: 'ended', exit_code: 3 }]);
  const { data: log } = await client.GET('/api/v8/runs/{run_id}/log', { params, parseAs: 'text' });
  expect(log).toContain('hello wörld\n');
  const lines = await client.GET('/api/v8/runs/{run_id}/log/lines', { params });
  expect(lines.data?.lines.at(-1)?.text).toBe('hello wörld');
});

test('a run is launched by definition id; one idempotence key is one run', async () => {
  const alias = await flotilla.define('true');
  const found = await client.GET('/api/v8/definitions', { params: { query: { alias } } });
  const definition_id = found.data?.definitions[0]?.definition_id ?? '';
  const body = { definition_id, idempotence_key: randomUUID() };
  const first = await launch(body);
  expect(first.definition_id).toBe(definition_id);
  expect((await launch(body)).run_id).toBe(first.run_id);
  const empty = { definition_id, idempotence_key: '' };
  expect((await launch(empty)).run_id).not.toBe((await launch(empty)).run_id);
});

test('stopping a run stops those started within it; it names them, and none once all is over', async () => {
  const alias = await flotilla.define('sleep 60');
  const parent = await launch({ alias });
  const child = await launch({
    alias,
    env: [{ name: 'PARENT_FLOTILLA_RUN_ID', value: parent.run_id }],
  });
  const params = pathOf(parent.run_id);
  const children = await client.GET('/api/v8/runs/{run_id}/children', { params });
  expect(children.data?.runs.map((run) => run.run_id)).toEqual([child.run_id]);
  const stop = () => client.POST('/api/v8/runs/{run_id}/stop', { params });
  const stopping = await stop();
  expect(stopping.response.status).toBe(202);
  expect(stopping.data?.run_ids.toSorted()).toEqual([parent.run_id, child.run_id].toSorted());
  await flotilla.until(parent.run_id, 'STOPPED');
  await flotilla.until(child.run_id, 'STOPPED');
  expect((await stop()).data?.run_ids).toEqual([]);
});

test('pages neither repeat nor lose a run while others are added', async () => {
  await flotilla.database.rows('UPDATE cluster_state SET slot_limit = 0');
  const alias = await flotilla.define('true');
  const there: string[] = [];
  for (let i = 0; i < 7; i += 1) there.unshift((await launch({ alias })).run_id);
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const query = { alias, limit: 2, ...(cursor === undefined ? {} : { cursor }) };
    const { data } = await client.GET('/api/v8/runs', { params: { query } });
    expect(data?.total).toMatchObject({ exact: true });
    seen.push(...(data?.runs ?? []).map((run) => run.run_id));
    cursor = data?.next_cursor ?? undefined;
    await launch({ alias });
  } while (cursor !== undefined);
  expect(seen).toEqual(there);
  await flotilla.database.rows('UPDATE cluster_state SET slot_limit = NULL');
});

test('lists are narrowed by each filter', async () => {
  const alias = await flotilla.define('sleep 60');
  const before = new Date().toISOString();
  const run = await launch({ alias, owner: 'grace' });
  await flotilla.until(run.run_id, 'RUNNING');
  const list = async (query: RunQuery): Promise<string[]> => {
    const { data } = await client.GET('/api/v8/runs', { params: { query } });
    return (data?.runs ?? []).map(({ run_id }) => run_id);
  };
  const only = [run.run_id];
  expect(await list({ alias, status: ['RUNNING', 'PENDING'] })).toEqual(only);
  expect(await list({ alias, status: ['STOPPED'] })).toEqual([]);
  expect(await list({ owner: 'grace' })).toEqual(only);
  expect(await list({ definition_id: run.definition_id ?? '' })).toEqual(only);
  expect(await list({ alias_contains: alias.slice(4), cluster: 'default' })).toEqual(only);
  expect(await list({ alias: alias.slice(0, -1) })).toEqual([]);
  expect(await list({ alias, cluster: 'elsewhere' })).toEqual([]);
  expect(await list({ alias, queued_since: before })).toEqual(only);
  expect(await list({ alias, queued_until: before })).toEqual([]);
  expect(await list({ alias, finished_since: before })).toEqual([]);
  await client.POST('/api/v8/runs/{run_id}/stop', { params: pathOf(run.run_id) });
  const { finished_at: ended } = await flotilla.until(run.run_id, 'STOPPED');
  const at = (ms: number): string => new Date(Date.parse(String(ended)) + ms).toISOString();
  expect(await list({ alias, finished_since: at(-1), finished_until: at(2) })).toEqual(only);
  expect(await list({ alias, finished_since: at(2) })).toEqual([]);
  expect(await list({ alias, finished_until: at(-1) })).toEqual([]);
});

test('a run is found by the beginning of its id, with and without the engine', async () => {
  const run = await launch({ alias: await flotilla.define('true') });
  const find = async (prefix: string): Promise<string[]> => {
    const { data } = await client.GET('/api/v8/runs/by-id', { params: { query: { prefix } } });
    return (data?.runs ?? []).map(({ run_id }) => run_id);
  };
  const id = run.run_id;
  for (const prefix of [id, id.slice(0, 20), id.slice('local-'.length, 20)]) {
    expect(await find(prefix)).toEqual([id]);
  }
  expect(await find(`${id}0`)).toEqual([]);
  await flotilla.until(id, 'STOPPED');
});

test('clusters say what is on them', async () => {
  await flotilla.database.rows('UPDATE cluster_state SET slot_limit = 1');
  const alias = await flotilla.define('sleep 60');
  const first = await launch({ alias });
  await flotilla.until(first.run_id, 'RUNNING');
  const second = await launch({ alias });
  const { data } = await client.GET('/api/v8/clusters');
  const [cluster] = data?.clusters ?? [];
  expect(cluster).toMatchObject({
    name: 'default',
    engine: 'local',
    status: 'active',
    slot_limit: 1,
    running: 1,
  });
  expect(cluster?.queued).toBeGreaterThanOrEqual(1);
  const params = { path: { cluster_id: cluster?.cluster_id ?? '' } };
  const one = await client.GET('/api/v8/clusters/{cluster_id}', { params });
  expect(one.data?.name).toBe('default');
  for (const { run_id } of [second, first]) {
    await client.POST('/api/v8/runs/{run_id}/stop', { params: pathOf(run_id) });
  }
  await flotilla.database.rows('UPDATE cluster_state SET slot_limit = NULL');
});
