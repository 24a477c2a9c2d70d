import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startServer } from '../../server.ts';
import { startFlotilla, testConfig, type TestFlotilla } from '../support/flotilla.ts';

let flotilla: TestFlotilla;
beforeAll(async () => {
  flotilla = await startFlotilla({
    worker: false,
    config: {
      http_server_cors_allowed_origins: 'http://console.example',
      http_server_allowed_hosts: 'flotilla.example',
    },
  });
});
afterAll(() => flotilla.stop());

/** fetch cannot set Host; this can. */
function send(method: string, headers: Record<string, string>): Promise<number> {
  const url = new URL('/api/v6/task', flotilla.url);
  return new Promise((resolve, reject) => {
    const call = request(url, { method, headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    call.once('error', reject);
    call.end(method === 'GET' ? undefined : '{}');
  });
}

test.each([
  ['localhost', 200],
  ['127.0.0.1:3000', 200],
  ['[::1]:3000', 200],
  ['FLOTILLA.example', 200],
  ['evil.example', 403],
  ['localhost.evil.example', 403],
])(
  'under the name %s the answer is %i: no page can rebind its name to us',
  async (host, status) => {
    expect(await send('GET', { host })).toBe(status);
  },
);

test.each([
  ['http://console.example', 400],
  ['http://localhost:3000', 400],
  ['http://evil.example', 403],
  ['null', 403],
])('a page of %s that posts gets %i', async (origin, status) => {
  // 400 is the empty definition's own fault: it got through.
  expect(await send('POST', { host: 'localhost:3000', origin })).toBe(status);
});

test('a page of another site may not read either: nothing allows it', async () => {
  const answer = await fetch(`${flotilla.url}/api/v6/task`, {
    headers: { origin: 'http://evil.example' },
  });
  expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  const allowed = await fetch(`${flotilla.url}/api/v6/task`, {
    headers: { origin: 'http://console.example' },
  });
  expect(allowed.headers.get('access-control-allow-origin')).toBe('http://console.example');
});

test('a log store that is another directory than the shared one is refused at start', async () => {
  const config = testConfig(flotilla.database.url, join(flotilla.dir, 'other'));
  await expect(startServer({ config, log: flotilla.log })).rejects.toThrow(
    'is not the directory that server and workers share',
  );
});
