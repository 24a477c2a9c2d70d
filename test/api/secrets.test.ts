import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createFlotillaClient, type FlotillaClient } from '../../client/client.ts';
import { startFlotilla, type TestFlotilla } from '../support/flotilla.ts';

let flotilla: TestFlotilla;
let client: FlotillaClient;
beforeAll(async () => {
  flotilla = await startFlotilla();
  client = createFlotillaClient(flotilla.url);
});
afterAll(() => flotilla.stop());

const DB = { name: 'db', key: 'password' };
const json = { 'content-type': 'application/json' };

async function send(method: string, path: string, body: unknown) {
  const init = { method, headers: json, body: JSON.stringify(body) };
  const answer = await fetch(`${flotilla.url}/api/${path}`, init);
  return { status: answer.status, text: await answer.text() };
}

test('a definition names a secret, and every way to read it tells', async () => {
  const env = [
    { name: 'PLAIN', value: 'x' },
    { name: 'DB_PASSWORD', secret: { ...DB, optional: true } },
  ];
  const stored = [env[0], { ...env[1], value: '' }];
  const { data: made } = await client.POST('/api/v8/definitions', {
    body: { alias: `job-${randomUUID()}`, image: 'i', env },
  });
  expect(made?.env).toEqual(stored);
  const id = made?.definition_id ?? '';
  expect(await flotilla.api.json('GET', `/api/v6/task/${id}`)).toMatchObject({ env: stored });
  const version = await flotilla.api.json('GET', `/api/v8/definitions/${id}/versions/1`);
  expect(version).toMatchObject({ body: { env: stored } });
  // Sent back as it was read, it is no change.
  const params = { path: { definition_id: id } };
  const { data: same } = await client.PATCH('/api/v8/definitions/{definition_id}', {
    params,
    body: { env: made?.env ?? [] },
  });
  expect(same).toMatchObject({ version: 1, env: stored });
});

test('v6 names one, too, whatever the case of its keys', async () => {
  const alias = await flotilla.define('true', {
    ENV: [{ Name: 'DB_PASSWORD', Secret: { NAME: 'db', Key: 'password' } }],
  });
  expect(await flotilla.api.json('GET', `/api/v6/task/alias/${alias}`)).toMatchObject({
    env: [{ name: 'DB_PASSWORD', value: '', secret: DB }],
  });
});

test.each([
  [{ secret: { name: 'DB', key: 'k' } }, 'env.0.secret.name'],
  [{ secret: { name: 'db', key: 'a b' } }, 'env.0.secret.key'],
  [{ secret: { name: 'db' } }, 'env.0.secret.key'],
  [{ secret: 'db' }, 'env.0.secret'],
  [{ value: 'x', secret: DB }, 'env.0.value'],
])('%j is refused by name in all versions', async (variable, field) => {
  const body = { alias: `job-${randomUUID()}`, image: 'i', env: [{ name: 'A', ...variable }] };
  for (const path of ['v6/task', 'v8/definitions']) {
    const { status, text } = await send('POST', path, body);
    expect([status, text]).toEqual([400, expect.stringContaining(`${field}: `)]);
  }
});

test('a launch that names one is refused in all versions', async () => {
  const alias = await flotilla.define('true');
  const env = [
    { name: 'A', value: 'x' },
    { name: 'B', value: '', secret: DB },
  ];
  const id = (await flotilla.execute(alias)).definition_id;
  for (const [method, path, body] of [
    ['PUT', `v6/task/alias/${alias}/execute`, { env, run_tags: { owner_id: 'ada' } }],
    ['PUT', `v1/task/${id}/execute`, { env }],
    ['POST', 'v8/runs', { alias, owner: 'ada', env }],
  ] as const) {
    const { status, text } = await send(method, path, body);
    expect([status, text]).toEqual([400, expect.stringContaining('env.1.secret: ')]);
  }
});

test('engine local has no secrets: the run says so, unless it sets the variable itself', async () => {
  const env = [{ name: 'DB_PASSWORD', secret: DB }];
  const alias = await flotilla.define('[ "$DB_PASSWORD" = mine ]', { env });
  const refused = await flotilla.execute(alias);
  expect(await flotilla.until(refused.run_id, 'STOPPED')).toMatchObject({
    exit_reason: 'env DB_PASSWORD: engine local has no secrets',
  });
  const own = await flotilla.execute(alias, { env: [{ name: 'DB_PASSWORD', value: 'mine' }] });
  expect(await flotilla.until(own.run_id, 'STOPPED')).toMatchObject({ exit_code: 0 });
});
