import { afterAll, beforeAll, expect, test } from 'vitest';
import { startFlotilla, type TestFlotilla } from '../support/flotilla.ts';

let flotilla: TestFlotilla;
beforeAll(async () => {
  flotilla = await startFlotilla({ worker: false });
});
afterAll(() => flotilla.stop());

async function call(
  method: string,
  path: string,
  body?: string,
  headers: Record<string, string> = {},
) {
  const response = await fetch(`${flotilla.url}${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') === true;
  return {
    status: response.status,
    headers: response.headers,
    body: (isJson ? JSON.parse(text) : text) as Record<string, unknown>,
  };
}
const post = (body: unknown) => call('POST', '/api/v6/task', JSON.stringify(body));

test('a definition is created, read by id and by alias, and listed', async () => {
  const definition = {
    alias: 'full',
    image: 'repo/img:1',
    group_name: 'g',
    memory: 1024,
    cpu: 512,
    command: `echo 'hi' && sleep 1 <x>`,
    env: [{ name: 'FOO', value: 'bar' }],
    tags: ['t1', 't2'],
    ports: [8080, 9090],
    adaptive_resource_allocation: true,
    task_type: 'task',
    requires_docker: true,
    target_cluster: 'default',
  };
  const created = await post(definition);
  expect(created.status).toBe(200);
  expect(created.headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(created.headers.get('vary')).toBe('Origin');
  expect(created.body).toMatchObject(definition);
  const id = String(created.body['definition_id']);
  expect(id).toMatch(/^g-[0-9a-f-]{36}$/);
  expect((await call('GET', `/api/v6/task/${id}`)).body).toEqual(created.body);
  expect((await call('GET', '/api/v6/task/alias/full')).body).toEqual(created.body);
  const list = await call('GET', '/api/v6/task?alias=ful&limit=5');
  expect(list.body).toEqual({
    alias: ['ful'],
    definitions: [created.body],
    env_filters: {},
    limit: 5,
    offset: 0,
    order: 'asc',
    sort_by: 'group_name',
    total: 1,
  });
});

test('what is left out is left out, and env is a list', async () => {
  const { body } = await post({ alias: 'minimal', image: 'i', group_name: 'g', memory: null });
  expect(body).toEqual({
    alias: 'minimal',
    definition_id: body['definition_id'],
    env: [],
    group_name: 'g',
    image: 'i',
  });
});

test('the Content-Type does not matter: curl sends form-urlencoded', async () => {
  const { status } = await call(
    'POST',
    '/api/v6/task',
    '{"ALIAS": "curl", "image": "i"} trailing',
    {
      'content-type': 'application/x-www-form-urlencoded',
    },
  );
  expect(status).toBe(200);
});

test.each([
  [{}, 400, 'string [image] must be specified\nstring [alias] must be specified'],
  [{ image: 'i' }, 400, 'string [alias] must be specified'],
  [{ image: 'i', alias: 'x', memory: 'lots' }, 400, 'memory: expected a whole number'],
  [{ image: 'i', alias: 'x', memory: 2147483648 }, 400, 'memory: out of range'],
  [{ image: 'i', alias: 'a\0b' }, 400, 'alias: must not contain a null byte'],
])('%j is refused with %i', async (body, status, error) => {
  expect(await post(body)).toMatchObject({ status, body: { error } });
});

test('an alias is one definition’s, also when many ask at once', async () => {
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => post({ alias: 'contended', image: 'i' })),
  );
  expect(answers.map((answer) => String(answer.status)).toSorted()).toEqual([
    '200',
    ...Array<string>(9).fill('409'),
  ]);
  const refused = answers.find((answer) => answer.status === 409);
  expect(refused?.body).toEqual({ error: 'definition with alias [contended] aleady exists' });
});

test('text that looks like SQL is text', async () => {
  const alias = `o'brien"; DROP TABLE task; --`;
  expect((await post({ alias, image: 'i' })).status).toBe(200);
  const list = await call('GET', `/api/v6/task?alias=${encodeURIComponent(alias)}`);
  expect(list.body['total']).toBe(1);
  expect((await call('GET', '/api/v6/task?alias=%25')).body['total']).toBe(0);
});

test('each change is a version, with its author and what it said', async () => {
  const created = await post({ alias: 'versioned', image: 'one' });
  const id = String(created.body['definition_id']);
  const put = (body: unknown, who: string) =>
    call('PUT', `/api/v6/task/${id}`, JSON.stringify(body), { 'X-User-Email': who });
  expect((await put({ image: 'two' }, 'ada@x.io')).body).toMatchObject({ image: 'two' });
  await put({ image: 'two' }, 'eve@x.io');
  await put({ command: 'ls', env: [{ name: 'A', value: '1' }] }, 'bob@x.io');
  const versions = await flotilla.database.rows<{ version: number; author: string; image: string }>(
    `SELECT version, author, body->>'image' AS image FROM definition_version
     WHERE definition_id = $1 ORDER BY version`,
    [id],
  );
  // What changes nothing is no version.
  expect(versions).toEqual([
    { version: 1, author: 'unknown', image: 'one' },
    { version: 2, author: 'ada@x.io', image: 'two' },
    { version: 3, author: 'bob@x.io', image: 'two' },
  ]);
});

test('a run names the version that it uses', async () => {
  const created = await post({ alias: 'named-version', image: 'one', command: 'true' });
  const id = String(created.body['definition_id']);
  await call('PUT', `/api/v6/task/${id}`, JSON.stringify({ image: 'two' }));
  const run = await flotilla.execute('named-version');
  const [row] = await flotilla.database.rows<{ definition_version: number; image: string }>(
    'SELECT definition_version, image FROM task WHERE run_id = $1',
    [run.run_id],
  );
  expect(row).toEqual({ definition_version: 2, image: 'two' });
});

test('an alias cannot be taken over by an update', async () => {
  await post({ alias: 'mine', image: 'i' });
  const other = await post({ alias: 'other', image: 'i' });
  const id = String(other.body['definition_id']);
  expect(await call('PUT', `/api/v6/task/${id}`, '{"alias": "mine"}')).toMatchObject({
    status: 409,
    body: { error: 'definition with alias [mine] aleady exists' },
  });
});

test.each([
  ['GET', '/api/v6/task/nope', 404, { error: 'Definition with ID nope not found' }],
  ['GET', '/api/v6/task/alias/nope', 404, { error: 'Definition with alias nope not found' }],
  ['PUT', '/api/v6/task/nope', 404, { error: 'Definition with ID nope not found' }],
  [
    'GET',
    '/api/v6/task?sort_by=secret',
    400,
    { error: expect.stringContaining('Invalid field to order by [secret]') },
  ],
  ['GET', '/api/v6/task?order=up', 400, { error: expect.stringContaining('Invalid order string') }],
  [
    'GET',
    '/api/v6/task?limit=x',
    400,
    { error: 'limit: x is not a whole number from 0 to 2147483647' },
  ],
  [
    'GET',
    '/api/v6/task?offset=-1',
    400,
    { error: 'offset: -1 is not a whole number from 0 to 2147483647' },
  ],
  ['GET', '/api/v6/task?password=x', 400, { error: 'password: unknown filter' }],
  [
    'GET',
    '/api/v6/task?memory=x',
    400,
    { error: 'memory: x is not a whole number within 32 bits' },
  ],
])('%s %s is %i', async (method, path, status, body) => {
  expect(await call(method, path, method === 'PUT' ? '{}' : undefined)).toMatchObject({
    status,
    body,
  });
});

test('an unknown path is 404 in plain text, a known one with another method 405 and empty', async () => {
  const unknown = await call('GET', '/api/v6/nothing/here/at/all');
  expect(unknown).toMatchObject({ status: 404, body: '404 page not found\n' });
  expect(await call('POST', '/api/v6/health', '{}')).toMatchObject({ status: 405, body: '' });
  expect(await call('GET', '/api/v6/health')).toMatchObject({
    status: 200,
    body: { status: 'healthy', message: 'Service is up and running' },
  });
});

test('a body beyond 4 MiB is refused', async () => {
  const answer = await post({ alias: 'big', image: 'i', command: 'x'.repeat(5 * 1024 * 1024) });
  expect(answer.status).toBe(413);
});

test('groups and tags are real lists, filtered and paged', async () => {
  const make = (alias: string, group: string, tags: string[]) =>
    flotilla.define('true', { alias: `lists-${alias}`, group_name: group, tags });
  await make('1', 'zoo', ['blue', 'green']);
  await make('2', 'ant', ['blue']);
  await make('3', 'zoo', []);
  const groups = await flotilla.api.json('GET', '/api/v6/groups?name=o&limit=5');
  expect(groups).toEqual({ groups: ['zoo'], limit: 5, offset: 0, total: 1 });
  const tags = await flotilla.api.json('GET', '/api/v1/tags?name=e&limit=1&offset=1');
  expect(tags).toEqual({ tags: ['green'], limit: 1, offset: 1, total: 2 });
  const none = await flotilla.api.json('GET', '/api/v6/tags?name=%25');
  expect(none).toMatchObject({ tags: [], total: 0 });
});
