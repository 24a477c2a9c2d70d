import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { oddRequests } from './odd-requests.ts';
import { requestOf, sendRaw } from './raw-request.ts';
import { startTarget, type Target } from './target.ts';

const SEED = 20_260_131;

let target: Target;
let url: string;
beforeAll(async () => {
  target = await startTarget();
  url = target.flotilla.url;
});
afterAll(() => target.flotilla.stop());

test('no odd request is a failure of the server, nor hangs', async () => {
  const { alias = [], run_id: runs = [] } = target.known;
  const [overRunId = '', runId = ''] = runs;
  const failed: string[] = [];
  for (const [name, bytes] of oddRequests({ alias: alias[0] ?? '', runId, overRunId })) {
    const { status, body } = await sendRaw(url, bytes);
    // Nobody is tunnelled: Node closes such a connection.
    const refused = status === null && name.startsWith('CONNECT');
    if (!refused && (status === null || status >= 500)) failed.push(`${name}: ${status} ${body}`);
  }
  expect(failed).toEqual([]);
  expect(await target.damage()).toEqual([]);
});

const KEYS = [
  ...['alias', 'ALIAS', 'image', 'command', 'env', 'tags', 'ports', 'memory', 'gpu', 'labels'],
  ...['run_tags', 'owner_id', 'cluster', 'name', 'value', 'status', 'exit_code', '__proto__'],
  ...['constructor', 'spark_extension', 'hive_conf', 'worker_type', 'allowed_tiers', ''],
];

/** JSON of the API's own words in places where they may not belong, duplicates included. */
const { node: oddJson } = fc.letrec<{ node: string; list: string; object: string }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom('null', 'true', '0', '-1', '1e3', '2147483648', '1e400', '"default"', '"ada"'),
    fc.string({ unit: 'binary' }).map((text) => JSON.stringify(text)),
    tie('list'),
    tie('object'),
  ),
  list: fc.array(tie('node'), { maxLength: 4 }).map((items) => `[${items.join()}]`),
  object: fc
    .array(fc.tuple(fc.constantFrom(...KEYS), tie('node')), { maxLength: 8 })
    .map((pairs) => `{${pairs.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join()}}`),
}));

test('no JSON is a failure of the decoder', async () => {
  const { alias = [], run_id: runs = [], definition_id: definitions = [] } = target.known;
  const routes = [
    'POST /api/v6/task',
    `PUT /api/v6/task/${definitions[0]}`,
    `PUT /api/v1/task/${definitions[0]}/execute`,
    `PUT /api/v2/task/${definitions[0]}/execute`,
    `PUT /api/v6/task/alias/${alias[0]}/execute`,
    `PUT /api/v6/${runs[0]}/status`,
    'POST /api/v6/clusters',
    'PUT /api/v5/worker',
    'PUT /api/v5/worker/retry',
    'POST /api/v8/definitions',
    `PATCH /api/v8/definitions/${definitions[1]}`,
    'POST /api/v8/runs',
  ];
  const property = fc.asyncProperty(fc.constantFrom(...routes), oddJson, async (route, body) => {
    const [method = '', path = ''] = route.split(' ');
    const type = ['content-type: application/json'];
    const { status, body: said } = await sendRaw(url, requestOf(method, path, body, type));
    if (status === null || status >= 500) throw new Error(`${status} ${said}`);
  });
  await fc.assert(property, { seed: SEED, numRuns: 1_500 });
  expect(await target.damage()).toEqual([]);
});

test('no path or query is a failure of the server', async () => {
  const { run_id: runs = [] } = target.known;
  const part = fc.oneof(
    fc.constantFrom('api', 'v1', 'v5', 'v6', 'v7', 'v8', 'task', 'runs', 'history', 'logs', 'log'),
    fc.constantFrom('..', '', '%', '%00', '%2f', '%ff', 'alias', 'status', 'clusters', ...runs),
    fc
      .string({ unit: 'binary', maxLength: 8 })
      .map((text) => encodeURIComponent(text.toWellFormed())),
  );
  const names = ['limit', 'offset', 'cursor', 'env', 'sort_by', 'order', 'alias', 'status_since'];
  const pair = fc.tuple(
    fc.constantFrom(...names, 'memory', 'queued_at_since', 'env_contains'),
    part,
  );
  const property = fc.asyncProperty(
    fc.constantFrom('GET', 'GET', 'DELETE', 'HEAD', 'OPTIONS', 'PUT'),
    fc.array(part, { maxLength: 6 }),
    fc.array(pair, { maxLength: 4 }),
    async (method, parts, pairs) => {
      const query = pairs.map(([name, value]) => `${name}=${value}`).join('&');
      const { status, body: said } = await sendRaw(
        url,
        requestOf(method, `/api/v6/${parts.join('/')}?${query}`),
      );
      if (status === null || status >= 500) throw new Error(`${status} ${said}`);
    },
  );
  await fc.assert(property, { seed: SEED, numRuns: 1_500 });
  expect(await target.damage()).toEqual([]);
});
