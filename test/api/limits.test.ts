import { once } from 'node:events';
import { request } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHttpServer } from '../../api/http-server.ts';
import { streamBytes } from '../../api/stream.ts';
import { startFlotilla, type TestFlotilla } from '../support/flotilla.ts';
import { bearer, makeToken } from '../support/tokens.ts';

let flotilla: TestFlotilla;
beforeAll(async () => {
  flotilla = await startFlotilla({
    worker: false,
    config: {
      http_server_max_body_bytes: 2_000,
      // So slow that nothing comes back while a test runs.
      rate_limit_requests_per_second: 0.01,
      rate_limit_burst: 20,
      auth_trusted_proxy_headers: true,
    },
  });
});
afterAll(() => flotilla.stop());

/** As if from an address of its own, so that tests do not use up each other's rate limit. */
const from = (address: string) => ({ 'x-forwarded-for': address });

test.each([
  ['of known length', '{"alias": "' + 'x'.repeat(3_000) + '"}'],
  ['of unknown length', new Blob(['x'.repeat(3_000)]).stream()],
])('a body over the limit, %s, is 413 and names the limit', async (_, body) => {
  const answer = await fetch(`${flotilla.url}/api/v6/task`, {
    method: 'POST',
    headers: from('10.0.0.1'),
    body,
    duplex: 'half',
  });
  expect(answer.status).toBe(413);
  expect(await answer.json()).toEqual({ error: 'body: more than 2000 bytes' });
});

test('a list gives at most so many rows; who asks for more is told', async () => {
  const ask = (query: string) =>
    fetch(`${flotilla.url}/api/v6/history?${query}`, { headers: from('10.0.0.2') });
  expect(await (await ask('limit=10000')).json()).toMatchObject({ limit: 10_000 });
  expect(await (await ask('')).json()).toMatchObject({ limit: 1024 });
  const refused = await ask('limit=10001');
  expect(refused.status).toBe(400);
  expect(await refused.json()).toEqual({
    error: 'limit: 10001 is more than 10000; ask for the rest with offset',
  });
});

test('a URL or headers without end are refused', async () => {
  const long = await fetch(`${flotilla.url}/api/v6/task?alias=${'x'.repeat(17_000)}`, {
    headers: from('10.0.0.3'),
  });
  expect(long.status).toBe(414);
  const call = request(flotilla.url, { headers: { 'x-much': 'x'.repeat(40_000) } });
  call.end();
  const [answer] = (await once(call, 'response')) as [{ statusCode: number; resume(): void }];
  answer.resume();
  expect(answer.statusCode).toBe(431);
});

test('over the rate limit the answer is 429, says which limit, and when to come again', async () => {
  const ask = (path = '/api/v6/task', headers: Record<string, string> = from('10.0.0.4')) =>
    fetch(flotilla.url + path, { headers });
  const statuses: number[] = [];
  for (let i = 0; i < 21; i++) statuses.push((await ask()).status);
  expect(statuses).toEqual([...Array.from({ length: 20 }, () => 200), 429]);
  const refused = await ask();
  const seconds = refused.headers.get('retry-after');
  expect(Number(seconds)).toBeGreaterThan(50);
  expect(await refused.json()).toEqual({
    error:
      'the rate limit of address 10.0.0.4 is reached: 0.01 requests a second, 20 at once ' +
      `(rate_limit_requests_per_second, rate_limit_burst); try again in ${seconds} s`,
  });
  // Who looks after this server, and others, do not suffer from it.
  expect((await ask('/api/v6/health')).status).toBe(200);
  expect((await ask('/api/v6/task', from('10.0.0.5'))).status).toBe(200);
  const { secret } = await makeToken(flotilla.database, 'steady', ['read']);
  const known = { ...from('10.0.0.4'), ...bearer(secret) };
  expect((await ask('/api/v6/task', known)).status).toBe(200);
  // Guessing tokens is counted where it comes from.
  expect((await ask('/api/v6/task', { ...from('10.0.0.4'), ...bearer('guess') })).status).toBe(429);
});

const LIMITS = { maxHeaderBytes: 1_000, headersTimeoutMs: 200, requestTimeoutMs: 400, checkMs: 50 };

test.each([
  ['its headers', 'GET / HTTP/1.1\r\nhost: x\r\n'],
  ['its body', 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n12'],
])('who never finishes sending %s is cut off', async (_, start) => {
  const server = createHttpServer(async (sent) => new Response(await sent.text()), LIMITS);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  let answer = '';
  socket.on('data', (chunk) => (answer += String(chunk)));
  socket.write(start);
  await once(socket, 'close');
  expect(answer).toContain('HTTP/1.1 408 Request Timeout');
  server.close();
});

test('an answer may stream for longer than a request may take to arrive', async () => {
  async function* ticks(): AsyncGenerator<Uint8Array> {
    for (let i = 0; i < 10; i++) {
      yield Buffer.from(`${i}\n`);
      await sleep(100);
    }
  }
  const server = createHttpServer(() => streamBytes(ticks(), {}), LIMITS);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  expect((await answer.text()).split('\n')).toHaveLength(11);
  server.close();
});
