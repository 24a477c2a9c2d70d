import { afterAll, beforeAll, expect, test } from 'vitest';
import { startServer } from '../../server.ts';
import { startFlotilla, testConfig, type TestFlotilla } from '../support/flotilla.ts';

const CONSOLE = 'https://console.example';
let flotilla: TestFlotilla;
beforeAll(async () => {
  flotilla = await startFlotilla({
    worker: false,
    config: {
      auth: 'token',
      http_server_cors_allowed_origins: [`${CONSOLE}/`, 'http://b.example'],
    },
  });
});
afterAll(() => flotilla.stop());

function preflight(origin: string, method: string): Promise<Response> {
  return fetch(`${flotilla.url}/api/v6/task`, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': method,
      'access-control-request-headers': 'authorization,content-type',
    },
  });
}

test.each(['GET', 'POST', 'PUT', 'DELETE'])(
  'a page of an allowed origin may %s with a token and JSON, and asks without one',
  async (method) => {
    const answer = await preflight(CONSOLE, method);
    expect(answer.status).toBe(200);
    const { headers } = answer;
    expect(headers.get('access-control-allow-origin')).toBe(CONSOLE);
    expect(headers.get('access-control-allow-methods')).toBe('GET, DELETE, POST, PUT, PATCH');
    expect(headers.get('access-control-allow-headers')).toContain('Authorization, Content-Type');
    // A token is all that identifies, so a browser has nothing to add on its own.
    expect(headers.get('access-control-allow-credentials')).toBeNull();
  },
);

test.each([
  ['http://evil.example', 'PATCH'],
  ['http://evil.example', 'GET'],
  [CONSOLE, 'TRACE'],
])(
  'a page of %s may not %s: 200, as flotilla-os says it, and nothing allowed',
  async (from, method) => {
    const answer = await preflight(from, method);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe('');
    expect(answer.headers.get('vary')).toBe(
      'Origin, Access-Control-Request-Method, Access-Control-Request-Headers',
    );
    const allowed = [...answer.headers.keys()].filter((name) => name.startsWith('access-control'));
    expect(allowed).toEqual([]);
  },
);

test('a page of an allowed origin can read a refusal, and every answer varies by origin', async () => {
  const ask = (headers: Record<string, string>) =>
    fetch(`${flotilla.url}/api/v6/task`, { headers });
  const refused = await ask({ origin: 'http://b.example' });
  expect(refused.status).toBe(401);
  expect(refused.headers.get('access-control-allow-origin')).toBe('http://b.example');
  expect(refused.headers.get('access-control-expose-headers')).toContain('Retry-After');
  for (const headers of [{}, { origin: 'http://evil.example' }]) {
    const answer = await ask(headers);
    expect(answer.headers.get('vary')).toBe('Origin');
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  }
});

test('all origins are let in only where a page needs a token', async () => {
  const all = { http_server_cors_allowed_origins: '*' };
  const config = testConfig(flotilla.database.url, flotilla.dir, all);
  await expect(startServer({ config, log: flotilla.log })).rejects.toThrow('every web page');
  const server = await startServer({ config: { ...config, auth: 'token' }, log: flotilla.log });
  const answer = await fetch(`${server.urls[0]}/api/v6/task`, {
    method: 'POST',
    headers: { origin: 'http://anywhere.example' },
  });
  await server.stop();
  expect(answer.status).toBe(401);
  expect(answer.headers.get('access-control-allow-origin')).toBe('http://anywhere.example');
});
