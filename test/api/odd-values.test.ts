import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startFlotilla, type TestFlotilla } from '../support/flotilla.ts';

let flotilla: TestFlotilla;
let alias: string;
let runId: string;
beforeAll(async () => {
  flotilla = await startFlotilla({ worker: false });
  alias = await flotilla.define('true');
  runId = (await flotilla.execute(alias)).run_id;
});
afterAll(() => flotilla.stop());

const cursor = (at: string) => Buffer.from(JSON.stringify([at, 'x'])).toString('base64url');

test.each([
  ['v6/history?queued_at_since=%2B275760-09-12', 'queued_at_since'],
  ['v6/history?started_at=-100000-01-01T00:00:00Z', 'started_at'],
  ['v6/history?queued_at_until=0000-01-01T00:00:00Z', 'queued_at_until'],
  ['v8/runs?queued_since=0000-01-01T00:00:00Z', 'queued_since'],
  ['v8/runs?queued_until=0001-01-01T00:00:00%2B14:00', 'queued_until'],
  [`v8/runs?cursor=${cursor('2026-99-99T99:99:99.000000Z')}`, 'cursor'],
  [`v8/runs?cursor=${cursor('2026-02-30T00:00:00.000000Z')}`, 'cursor'],
  [`v8/runs?cursor=${cursor('0000-01-01T00:00:00.000000Z')}`, 'cursor'],
])('a time that the database has no word for is refused: %s', async (path, field) => {
  const answer = await fetch(`${flotilla.url}/api/${path}`);
  expect(answer.status).toBe(400);
  expect(await answer.text()).toContain(`${field}: `);
});

test.each(['0001-01-01T00:00:00Z', '9999-12-31T23:59:59Z'])('%s is a time', async (at) => {
  const legacy = await fetch(`${flotilla.url}/api/v6/history?queued_at_since=${at}`);
  expect(legacy.status).toBe(200);
  const page = await fetch(`${flotilla.url}/api/v8/runs?queued_since=${at}`);
  expect(page.status).toBe(200);
});

/** Text that does not get shorter by compression, as an index would try. */
const long = (bytes: number) => randomBytes(bytes).toString('hex').slice(0, bytes);
const base = () => ({ alias: long(12), image: 'i' });
const owned = { cluster: 'default', run_tags: { owner_id: 'ada' } };
const cluster = { status: 'active', allowed_tiers: [], capabilities: [] };
const parent = (value: string) => [{ name: 'PARENT_FLOTILLA_RUN_ID', value }];
const numbered = Array.from({ length: 1_001 }, (_, i) => i + 1);

test.each<[string, string, object, string]>([
  ['POST', 'v6/task', { ...base(), alias: long(2_001) }, 'alias'],
  ['POST', 'v6/task', { ...base(), image: long(2_001) }, 'image'],
  ['POST', 'v6/task', { ...base(), tags: ['a', long(2_001)] }, 'tags.1'],
  ['POST', 'v6/task', { ...base(), tags: numbered.map(String) }, 'tags'],
  ['POST', 'v8/definitions', { ...base(), group_name: long(2_001) }, 'group_name'],
  ['POST', 'v8/definitions', { ...base(), ports: numbered }, 'ports'],
  ['PUT', 'v6/task/alias/{alias}/execute', { ...owned, idempotence_key: long(2_001) }, 'idempot'],
  ['PUT', 'v6/task/alias/{alias}/execute', { run_tags: { owner_id: long(2_001) } }, 'owner'],
  ['PUT', 'v6/task/alias/{alias}/execute', { ...owned, env: parent(long(2_001)) }, 'PARENT_FLO'],
  ['PUT', 'v6/{run}/status', { status: 'PENDING', exit_reason: long(262_145) }, 'exit_reason'],
  ['PUT', 'v6/{run}/status', { status: 'PENDING', run_exceptions: [long(262_145)] }, 'run_exc'],
  ['POST', 'v6/clusters', { ...cluster, name: long(2_001) }, 'name'],
])('%s %s refuses what cannot be stored: %#', async (method, path, body, field) => {
  const answer = await send(method, path, body);
  expect(answer.status).toBe(400);
  expect(await answer.text()).toMatch(new RegExp(`"${field}\\S*: must not`));
});

test.each<[string, string, object]>([
  ['POST', 'v6/task', { alias: long(2_000), image: long(2_000), group_name: long(2_000) }],
  ['POST', 'v6/task', { ...base(), tags: [long(2_000)], ports: numbered.slice(1) }],
  ['PUT', 'v6/task/alias/{alias}/execute', { ...owned, idempotence_key: long(2_000) }],
  ['PUT', 'v6/task/alias/{alias}/execute', { ...owned, run_tags: { owner_id: long(2_000) } }],
  ['PUT', 'v6/task/alias/{alias}/execute', { ...owned, env: parent(long(2_000)) }],
  ['POST', 'v6/clusters', { ...cluster, name: long(2_000) }],
])('%s %s takes as much as is allowed: %#', async (method, path, body) => {
  expect((await send(method, path, body)).status).toBe(200);
});

function send(method: string, path: string, body: object): Promise<Response> {
  const filled = path.replace('{alias}', alias).replace('{run}', runId);
  return fetch(`${flotilla.url}/api/${filled}`, {
    method,
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  });
}
