import { randomBytes } from 'node:crypto';
import { requestOf } from './raw-request.ts';

/** What exists, to be asked for in odd ways. */
export interface Names {
  alias: string;
  runId: string;
  overRunId: string;
}

type Odd = readonly [name: string, bytes: Buffer];

const JSON_TYPE = 'content-type: application/json';
const LENGTHS = [300, 2_000, 2_100, 20_000, 200_000];
const WRITES = [
  ['POST', '/api/v6/task'],
  ['POST', '/api/v8/definitions'],
  ['POST', '/api/v8/runs'],
  ['POST', '/api/v6/clusters'],
  ['PUT', '/api/v5/worker'],
] as const;

/** Incompressible, as an index would have to store it. */
const long = (length: number) => randomBytes(length).toString('hex').slice(0, length);
const get = (path: string): Odd => [`GET ${path.slice(0, 80)}`, requestOf('GET', path)];
const cursor = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

const QUERIES = [
  '/api/v6/history?queued_at_since=%2B275760-09-12',
  '/api/v6/history?queued_at_since=0000-01-01T00:00:00Z',
  '/api/v6/history?limit=99999999999999999999',
  '/api/v6/history?offset=2147483647&limit=10000',
  `/api/v6/history?${'alias=a&'.repeat(1_800)}`,
  '/api/v6/history?status=%00',
  '/api/v6/task?alias=%5C',
  '/api/v6/task?alias=%ff%zz%00',
  '/api/v6/task?memory_since=1e400',
  '/api/v6/task?sort_by=__proto__',
  '/api/v6/task?__proto__=1&constructor=1',
  `/api/v6/task?${'env=A%7Cb&'.repeat(500)}`,
  '/api/v6/task?env=A%00%7Cb',
  '/api/v6/groups?limit=2147483647&offset=2147483647&name=%25',
  '/api/v6/clusters/9007199254740991',
  '/api/v6/clusters/-99999999999999999999999',
  '/api/v8/clusters/99999999999999999999999',
  '/api/v8/definitions/x/versions/2147483648',
  '/api/v8/runs?queued_since=0001-01-01T00:00:00%2B14:00',
  `/api/v8/runs?cursor=${cursor(['2026-99-99T99:99:99.000000Z', 'x'])}`,
  `/api/v8/runs?cursor=${cursor([null, '\u0000'])}`,
  `/api/v8/runs?cursor=${cursor({ __proto__: 1 })}`,
  `/api/v8/definitions?cursor=${cursor(['\u0001', '\u{1f600}'])}`,
];

const PATHS = [
  '/api/v6/task/%00',
  '/api/v8/runs/%00',
  '/api/v6/task/%zz',
  '/api/v6/task/%ff%fe',
  '/api/v8/runs/%c0%80',
  '/api/v6/task/%ed%a0%80',
  '/api/v6/task/\xff\xfe',
  '/api/v6/task/..%2f..%2fetc%2fpasswd',
  '/api/../../etc/passwd',
  '/api\\v6\\health',
  '//api//v6///health',
  '/api/v6/__proto__',
  '/api/v6/task/constructor',
  'api/v6/health',
  'http://[/api/v6/health',
  'http://localhost/api/v6/health',
  `/api/v8/runs/${long(10_000)}`,
  `/api/v6/task/${long(40_000)}`,
];

/** Requests that are broken as HTTP, or seldom seen. */
function protocol({ runId }: Names): Odd[] {
  const raw = (text: string): Odd => [
    JSON.stringify(text.slice(0, 80)),
    Buffer.from(text, 'latin1'),
  ];
  const close = 'connection: close\r\n\r\n';
  const methods = ['HEAD', 'OPTIONS', 'TRACE', 'PROPFIND', 'QUERY', 'PATCH', 'CONNECT'];
  const paths = [
    '/api/v6/task',
    '/api/v8/runs',
    `/api/v8/runs/${runId}/log?follow=false`,
    `/api/v6/${runId}/logs?raw_text=true`,
    `/api/v8/runs/${runId}/log/search?q=a`,
    '*',
  ];
  return [
    ...methods.flatMap((method) =>
      paths.map((path): Odd => [`${method} ${path}`, requestOf(method, path)]),
    ),
    raw(`GET /api/v6/health HTTP/1.1\r\nhost: a b\r\n${close}`),
    raw(`GET /api/v6/health HTTP/1.1\r\nhost: [::1\r\n${close}`),
    raw(`GET /api/v6/health HTTP/1.1\r\nhost: localhost:99999999\r\n${close}`),
    raw(`GET /api/v6/health HTTP/1.1\r\nhost:\r\n${close}`),
    raw('GET /api/v6/health HTTP/1.0\r\n\r\n'),
    raw(
      `GET /api/v6/task HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer \xff%00\r\n${close}`,
    ),
    raw(`GET /api/v6/task HTTP/1.1\r\nhost: localhost\r\norigin: \xff\r\n${close}`),
    raw(`GET /api/v6/task HTTP/1.1\r\nhost: localhost\r\nx: ${'x'.repeat(40_000)}\r\n${close}`),
    raw(
      `POST /api/v6/task HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n${close}zz\r\n`,
    ),
    raw('nonsense\r\n\r\n'),
  ];
}

/** Bodies that are no JSON, JSON of an odd shape, or JSON that parsers fall over. */
function bodies(): Odd[] {
  const odd: [string, string | Buffer | null][] = [
    ['no body', null],
    ['an empty body', ''],
    ['deep lists', '['.repeat(100_000)],
    ['deep objects', '{"a":'.repeat(100_000)],
    ['deep and closed', `${'['.repeat(10_000)}${']'.repeat(10_000)}`],
    ['a number too big', '{"memory":1e999,"alias":"a","image":"i"}'],
    ['many digits', `{"memory":${'9'.repeat(100_000)}}`],
    ['prototypes', '{"__proto__":{"alias":"x"},"constructor":{"prototype":1},"toString":1}'],
    ['bytes that are no UTF-8', Buffer.from('{"alias":"\xff\xfe","image":"i"}', 'latin1')],
    ['a byte order mark', '\ufeff{}'],
    ['null bytes', '{"alias":"a\\u0000","image":"i","\\u0000":1}'],
    ['half of a character', '{"alias":"\\ud800","image":"i","labels":{"\\udc00":""}}'],
    ['duplicates', '{"alias":"a","ALIAS":null,"alias":"b","image":1,"image":"i"}'],
    ['a number', '1'],
    ['a text', '"x"'],
    ['null', 'null'],
    ['a list of nothing', '[null,[],{},1]'],
    ['many items', JSON.stringify({ alias: 'a', image: 'i', tags: Array(40_000).fill('t') })],
    [
      'many tags',
      JSON.stringify({ alias: 'm', image: 'i', tags: [...Array(40_000).keys()].map(String) }),
    ],
    ['many ports', JSON.stringify({ alias: 'n', image: 'i', ports: [...Array(40_000).keys()] })],
    ['a zip', Buffer.from([0x1f, 0x8b, 8, 0])],
  ];
  const types = [JSON_TYPE, 'content-type: ;;;;', 'content-type: multipart/form-data', 'x-none: 1'];
  return WRITES.flatMap(([method, path]) =>
    odd.flatMap(([name, body]) =>
      types.map((type): Odd => [
        `${method} ${path} with ${name} as ${type}`,
        requestOf(method, path, body, [type]),
      ]),
    ),
  );
}

/** Every text of a write, longer and longer. */
function lengths({ alias, runId, overRunId }: Names): Odd[] {
  const write = (method: string, path: string, body: object): Odd => [
    `${method} ${path} ${Object.keys(body).at(-1)}`,
    requestOf(method, path, JSON.stringify(body), [JSON_TYPE]),
  ];
  const owned = { cluster: 'default', run_tags: { owner_id: 'ada' } };
  const execute = `/api/v6/task/alias/${alias}/execute`;
  const cluster = () => ({ name: long(10), status: 'active', allowed_tiers: [], capabilities: [] });
  return LENGTHS.flatMap((length) => {
    const text = long(length);
    const definition = { alias: long(10), image: 'i' };
    return [
      ...['alias', 'image', 'group_name', 'command', 'task_type', 'target_cluster'].flatMap(
        (key) => [
          write('POST', '/api/v6/task', { alias: long(10), image: 'i', [key]: text }),
          write('POST', '/api/v8/definitions', { alias: long(10), image: 'i', [key]: text }),
        ],
      ),
      write('POST', '/api/v6/task', { ...definition, tags: [text] }),
      write('POST', '/api/v6/task', { ...definition, env: [{ name: text, value: text }] }),
      ...['idempotence_key', 'description', 'arch', 'service_account', 'tier', 'command'].map(
        (key) => write('PUT', execute, { ...owned, [key]: text }),
      ),
      write('PUT', execute, { cluster: 'default', run_tags: { owner_id: text } }),
      write('PUT', execute, { ...owned, labels: { [text]: text } }),
      write('PUT', execute, { ...owned, env: [{ name: 'PARENT_FLOTILLA_RUN_ID', value: text }] }),
      write('PUT', `/api/v6/${runId}/status`, { status: 'PENDING', exit_reason: text }),
      write('PUT', `/api/v6/${runId}/status`, { status: 'PENDING', exit_reason: text.repeat(15) }),
      write('PUT', `/api/v6/${overRunId}/status`, { status: 'STOPPED', run_exceptions: [text] }),
      ...['name', 'region', 'namespace'].map((key) =>
        write('POST', '/api/v6/clusters', { ...cluster(), [key]: text }),
      ),
    ];
  });
}

export function oddRequests(names: Names): Odd[] {
  return [...[...QUERIES, ...PATHS].map(get), ...protocol(names), ...bodies(), ...lengths(names)];
}
