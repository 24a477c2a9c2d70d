import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createFlotillaClient, type FlotillaClient, type Schemas } from '../../client/client.ts';
import { startFlotilla, type TestFlotilla } from '../support/flotilla.ts';
import { acceptRun } from '../support/rows.ts';

let flotilla: TestFlotilla;
let client: FlotillaClient;
beforeAll(async () => {
  flotilla = await startFlotilla({ worker: false });
  client = createFlotillaClient(flotilla.url);
});
afterAll(() => flotilla.stop());

async function define(more: Partial<Schemas['NewDefinition']> = {}) {
  const body = { alias: `job-${randomUUID()}`, image: 'ubuntu', ...more };
  const { data, response } = await client.POST('/api/v8/definitions', { body });
  expect(response.status).toBe(201);
  return data as Schemas['Definition'];
}

const pathOf = (id: string) => ({ path: { definition_id: id } });

test('a definition is made with all that it may say, and read again', async () => {
  const said = {
    alias: `job-${randomUUID()}`,
    image: 'ubuntu',
    group_name: 'team',
    command: 'true',
    memory_mb: 128,
    cpu_millicores: 500,
    gpu: 0,
    ephemeral_storage_mb: 10,
    adaptive_resource_allocation: true,
    requires_docker: true,
    task_type: 'task',
    target_cluster: 'default',
    env: [{ name: 'A', value: '' }],
    ports: [80, 443],
    tags: ['x'],
    retry_policy: { max_attempts: 3, retry_on_unknown: true, exit_codes: [75] },
  };
  const made = await define(said);
  expect(made).toEqual({ definition_id: made.definition_id, version: 1, ...said });
  const read = await client.GET('/api/v8/definitions/{definition_id}', {
    params: pathOf(made.definition_id),
  });
  expect(read.data).toEqual(made);
});

test('a patch changes what it names, null clears, and each change is a version', async () => {
  const made = await define({ command: 'one', memory_mb: 64, tags: ['kept'] });
  const params = pathOf(made.definition_id);
  const patch = (body: Schemas['DefinitionPatch']) =>
    client.PATCH('/api/v8/definitions/{definition_id}', { params, body });
  const second = await patch({ command: 'two', retry_policy: { backoff_seconds: 5 } });
  expect(second.data).toEqual({
    ...made,
    version: 2,
    command: 'two',
    retry_policy: { backoff_seconds: 5 },
  });
  const third = await patch({ command: null, memory_mb: null, retry_policy: null });
  expect(third.data).toEqual({ ...made, version: 3, command: null, memory_mb: null });
  expect((await patch({ command: null })).data?.version).toBe(3);

  const { data } = await client.GET('/api/v8/definitions/{definition_id}/versions', { params });
  expect(data?.versions.map(({ version }) => version)).toEqual([3, 2, 1]);
  const version = (number: number) =>
    client.GET('/api/v8/definitions/{definition_id}/versions/{version}', {
      params: { path: { definition_id: made.definition_id, version: number } },
    });
  expect((await version(2)).data?.body).toMatchObject({ command: 'two', memory_mb: 64 });
  expect((await version(1)).data?.body).toMatchObject({ command: 'one', retry_policy: null });
  expect((await version(4)).error).toMatchObject({ status: 404, code: 'not_found' });
});

test('an alias is one definition’s', async () => {
  const made = await define();
  const body = { alias: made.alias, image: 'i' };
  const { error } = await client.POST('/api/v8/definitions', { body });
  const errors = [{ field: 'alias', detail: expect.stringContaining(made.alias) }];
  expect(error).toMatchObject({ status: 409, title: 'Conflict', code: 'conflict', errors });
});

test('pages of definitions neither repeat nor lose one while others are added', async () => {
  const group = randomUUID();
  const there: string[] = [];
  for (const letter of ['b', 'c', 'd', 'e', 'f']) {
    there.push((await define({ alias: `${letter}-${group}`, group_name: group })).alias);
  }
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const query = { group_name: group, limit: 2, ...(cursor === undefined ? {} : { cursor }) };
    const { data } = await client.GET('/api/v8/definitions', { params: { query } });
    seen.push(...(data?.definitions ?? []).map(({ alias }) => alias));
    cursor = data?.next_cursor ?? undefined;
    await define({ alias: `a${seen.length}-${group}`, group_name: group });
  } while (cursor !== undefined);
  expect(seen).toEqual(there);
});

test('each definition of a list comes with its last run where that is asked for', async () => {
  const group = randomUUID();
  const ran = await define({ alias: `a-${group}`, group_name: group });
  const never = await define({ alias: `b-${group}`, group_name: group });
  const old = await define({ alias: `c-${group}`, group_name: group });
  const launch = async () => {
    const body = { alias: ran.alias, owner: 'ada', cluster: 'default' };
    return (await client.POST('/api/v8/runs', { body })).data?.run_id;
  };
  await launch();
  const latest = await launch();
  // As flotilla-os wrote them before it knew of queues.
  const ofOld = { definitionId: old.definition_id, workflowId: null, queuedAt: null };
  const untimed = await acceptRun(flotilla.database, { ...ofOld, status: 'STOPPED', exitCode: 3 });
  const listed = async (query: { include?: 'last_run' }) =>
    (
      await client.GET('/api/v8/definitions', {
        params: { query: { group_name: group, ...query } },
      })
    ).data?.definitions;
  const [first, second, third] = (await listed({ include: 'last_run' })) ?? [];
  expect(second).toEqual({ ...never, last_run: null });
  expect(third).toMatchObject({ ...old, last_run: { run_id: untimed, exit_code: 3 } });
  expect(first).toMatchObject({ ...ran, last_run: { run_id: latest, alias: ran.alias } });
  const { data: runs } = await client.GET('/api/v8/runs', {
    params: { query: { definition_id: ran.definition_id } },
  });
  expect(first?.last_run).toEqual(runs?.runs[0]);
  expect(await listed({})).toEqual([ran, never, old]);
});

// Until services can delete one; this test says when they can.
test('deleting one with live runs is a conflict unless they are to be stopped', async () => {
  const made = await define();
  const body = { alias: made.alias, owner: 'ada', cluster: 'default' };
  const { data: run } = await client.POST('/api/v8/runs', { body });
  const params = pathOf(made.definition_id);
  const refused = await client.DELETE('/api/v8/definitions/{definition_id}', { params });
  expect(refused.error).toMatchObject({ status: 409, detail: expect.stringContaining('1') });
  const query = { stop: 'true' as const };
  const deleted = await client.DELETE('/api/v8/definitions/{definition_id}', {
    params: { ...params, query },
  });
  expect(deleted.response.status).toBe(204);
  const gone = await client.GET('/api/v8/definitions/{definition_id}', { params });
  expect(gone.error).toMatchObject({ status: 404 });
  const kept = await client.GET('/api/v8/runs/{run_id}', {
    params: { path: { run_id: run?.run_id ?? '' } },
  });
  expect(kept.data?.stop_requested_at).not.toBeNull();
});

const NEW = { alias: 'a', image: 'i' };
test.each<[string, string, unknown, string[]]>([
  ['POST', '/definitions', { ...NEW, memroy_mb: 1 }, ['memroy_mb']],
  ['POST', '/definitions', { alias: '', memory_mb: 1.5 }, ['alias', 'image', 'memory_mb']],
  ['POST', '/definitions', { ...NEW, command: 'a\0b' }, ['command']],
  ['POST', '/definitions', { ...NEW, retry_policy: { tries: 2 } }, ['retry_policy.tries']],
  ['POST', '/definitions', { ...NEW, env: [{ name: 'A' }] }, ['env.0.value']],
  ['POST', '/definitions', [], ['body']],
  ['PATCH', '/definitions/x', { image: null }, ['image']],
  ['POST', '/runs', { alias: 'a', definition_id: 'b', owner: 'o' }, ['definition_id']],
  ['POST', '/runs', { owner: 'o' }, ['definition_id']],
  ['POST', '/runs', { alias: 'a' }, ['owner']],
  ['POST', '/runs', { alias: 'a', owner: 'o', labels: { a: 1 } }, ['labels.a']],
  ['GET', '/runs?limit=0&limt=1', undefined, ['limit', 'limt']],
  ['GET', '/runs?limit=1&limit=2', undefined, ['limit']],
  ['GET', '/runs?status=RUNNING&status=NOPE', undefined, ['status']],
  ['GET', '/runs?queued_since=yesterday', undefined, ['queued_since']],
  ['GET', '/runs?cursor=nonsense', undefined, ['cursor']],
  ['GET', '/definitions?include=runs', undefined, ['include']],
  ['GET', '/runs?cursor=WyJ4IiwieSJd', undefined, ['cursor']],
  ['GET', '/runs/a%00b', undefined, ['run_id']],
  ['DELETE', '/definitions/x?stop=yes', undefined, ['stop']],
])('%s %s of %j names what is at fault', async (method, path, body, fields) => {
  const answer = await fetch(`${flotilla.url}/api/v8${path}`, {
    method,
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  const problem = (await answer.json()) as Schemas['Problem'];
  expect(problem).toMatchObject({
    type: 'about:blank',
    title: 'Bad Request',
    status: 400,
    code: 'invalid',
  });
  expect(problem.errors?.map(({ field }) => field)).toEqual(fields);
  expect(problem.detail).toContain(`${fields[0]}: `);
});

test.each<[string, string, RequestInit, number, string]>([
  ['GET', '/runs/nope', {}, 404, 'not_found'],
  ['GET', '/runs/nope/children', {}, 404, 'not_found'],
  ['POST', '/runs/nope/stop', {}, 404, 'not_found'],
  ['GET', '/definitions/nope', {}, 404, 'not_found'],
  ['GET', '/definitions/nope/versions', {}, 404, 'not_found'],
  ['GET', '/clusters/nope', {}, 404, 'not_found'],
  ['GET', '/nowhere', {}, 404, 'not_found'],
  ['PUT', '/runs', {}, 405, 'method_not_allowed'],
  ['POST', '/runs', { body: '{}' }, 415, 'unsupported'],
  ['PATCH', '/definitions/nope', {}, 415, 'unsupported'],
  ['POST', '/runs', { body: '{', headers: { 'content-type': 'application/json' } }, 400, 'invalid'],
])('%s %s is a problem too: %#', async (method, path, init, status, code) => {
  const answer = await fetch(`${flotilla.url}/api/v8${path}`, { method, ...init });
  expect(answer.status).toBe(status);
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  expect(await answer.json()).toMatchObject({ type: 'about:blank', status, code });
});
