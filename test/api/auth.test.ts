import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ApiClient } from '../../cli/client.ts';
import type { Config } from '../../conf/schema.ts';
import { startServer, type RunningServer } from '../../server.ts';
import { newSecret } from '../../auth/secret.ts';
import { revokeToken } from '../../services/tokens.ts';
import { SYSTEM } from '../../domain/caller.ts';
import { startFlotilla, testConfig, type TestFlotilla } from '../support/flotilla.ts';
import { bearer, makeToken, type MadeToken } from '../support/tokens.ts';

type Scoped = 'reader' | 'runner' | 'definer' | 'root';

let flotilla: TestFlotilla;
const tokens = {} as Record<Scoped, MadeToken>;
const lines: string[] = [];
const servers: RunningServer[] = [];

beforeAll(async () => {
  flotilla = await startFlotilla({ worker: false });
  tokens.reader = await makeToken(flotilla.database, 'reader', ['read']);
  tokens.runner = await makeToken(flotilla.database, 'runner', ['run']);
  tokens.definer = await makeToken(flotilla.database, 'definer', ['define']);
  tokens.root = await makeToken(flotilla.database, 'root', ['admin']);
});
afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  await flotilla.stop();
});

/** Another server on the same database, whose log lines are kept. */
async function serve(more: Partial<Record<keyof Config, unknown>>): Promise<string> {
  const config = testConfig(flotilla.database.url, flotilla.dir, more);
  const log = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) });
  const server = await startServer({ config, log });
  servers.push(server);
  return (server.urls[0] ?? '').replace('0.0.0.0', '127.0.0.1');
}

const job = () => ({ alias: `job-${randomUUID()}`, image: 'i', group_name: 'g', command: 'true' });
const owner = { cluster: 'default', run_tags: { owner_id: 'ada' } };

test('where tokens are needed, a request without one is told so, and how', async () => {
  const url = await serve({ auth: 'token' });
  const answer = await fetch(`${url}/api/v6/task`);
  expect(answer.status).toBe(401);
  expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  expect(await answer.json()).toEqual({ error: expect.stringContaining('Authorization: Bearer') });
  const problem = await fetch(`${url}/api/v8/runs/x/transitions`);
  expect(problem.headers.get('content-type')).toContain('application/problem+json');
  expect(await problem.json()).toMatchObject({ status: 401, code: 'unauthenticated' });
  // What exists is not told either.
  expect((await fetch(`${url}/api/v6/nothing/here`)).status).toBe(401);
  expect((await fetch(`${url}/api/v6/health`)).status).toBe(200);
  expect(
    (await fetch(`${url}/api/v6/task`, { headers: bearer(tokens.reader.secret) })).status,
  ).toBe(200);
});

test.each([
  ['', 'not known'],
  ['hunter2', 'not known'],
  [newSecret(), 'not known'],
])('a token that is none (%s) is refused even where none is needed', async (secret, text) => {
  const answer = await fetch(`${flotilla.url}/api/v6/task`, { headers: bearer(secret) });
  expect(answer.status).toBe(401);
  expect(answer.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
  const body = await answer.text();
  expect(body).toContain(text);
  if (secret !== '') expect(body).not.toContain(secret);
});

test('revoking ends a token with its next request; an expired one says when it did', async () => {
  const { token, secret } = await makeToken(flotilla.database, 'short-lived', ['read']);
  const ask = () => fetch(`${flotilla.url}/api/v6/task`, { headers: bearer(secret) });
  expect((await ask()).status).toBe(200);
  await revokeToken(flotilla.database, SYSTEM, token.id);
  const revoked = await ask();
  expect(revoked.status).toBe(401);
  expect(await revoked.text()).toContain('the token short-lived was revoked');

  const soon = new Date(Date.now() + 60_000);
  const old = await makeToken(flotilla.database, 'old', ['read'], soon);
  const sql = `UPDATE api_token SET expires_at = now() - interval '1 s' WHERE name = 'old'`;
  await flotilla.database.rows(sql);
  const expired = await fetch(`${flotilla.url}/api/v6/task`, { headers: bearer(old.secret) });
  expect(expired.status).toBe(401);
  expect(await expired.text()).toContain('the token old expired at 20');
});

test.each<[string, string, 'read' | 'run' | 'define', Scoped[]]>([
  ['GET', '/api/v6/task', 'read', ['reader', 'runner', 'definer', 'root']],
  ['GET', '/api/v8/runs/x/attempts', 'read', ['reader', 'runner', 'definer', 'root']],
  ['PUT', '/api/v6/task/alias/x/execute', 'run', ['runner', 'root']],
  ['PUT', '/api/v6/x/status', 'run', ['runner', 'root']],
  ['DELETE', '/api/v6/task/x/history/y', 'run', ['runner', 'root']],
  ['POST', '/api/v6/task', 'define', ['definer', 'root']],
  ['PUT', '/api/v6/task/x', 'define', ['definer', 'root']],
  // Another spelling of a path reaches no other rule.
  ['POST', '/api/v6/%74ask', 'define', ['definer', 'root']],
])('%s %s is for who has %s', async (method, path, scope, allowed) => {
  for (const [name, { secret }] of Object.entries(tokens)) {
    const body = method === 'GET' ? {} : { body: '{}' };
    const headers = bearer(secret);
    const answer = await fetch(`${flotilla.url}${path}`, { method, headers, ...body });
    const text = await answer.text();
    expect([name, answer.status === 403]).toEqual([name, !allowed.includes(name as Scoped)]);
    if (answer.status !== 403) continue;
    expect(text).toContain(`this needs the scope ${scope}; the token ${name} has `);
    expect(answer.headers.get('www-authenticate')).toContain(`scope="${scope}"`);
  }
});

test('what is done is recorded under the name of the token, whatever headers claim', async () => {
  const url = await serve({ auth: 'token' });
  const claim = { 'x-forwarded-email': 'eve@example.com' };
  const as = (secret: string) => ({ ...bearer(secret), ...claim });
  const body = job();
  const send = async (method: string, path: string, secret: string, content: unknown) => {
    const answer = await fetch(url + path, {
      method,
      headers: as(secret),
      body: JSON.stringify(content),
    });
    expect(answer.status).toBe(200);
    return (await answer.json()) as { run_id: string; definition_id: string };
  };
  const { definition_id: id } = await send('POST', '/api/v6/task', tokens.definer.secret, body);
  const { secret } = tokens.runner;
  const run = await send('PUT', `/api/v6/task/${id}/execute`, secret, owner);
  await send('DELETE', `/api/v6/task/${id}/history/${run.run_id}`, secret, {});
  expect(await recorded(run.run_id)).toEqual({
    author: 'definer',
    owner: 'ada',
    submitter: 'runner',
    stopper: 'runner',
  });
  await flotilla.database.rows(`UPDATE task SET status = 'STOPPED' WHERE run_id = $1`, [
    run.run_id,
  ]);
  const declared = { status: 'STOPPED', exit_code: 3 };
  await send('PUT', `/api/v6/${run.run_id}/status`, tokens.root.secret, declared);
  const sql = 'SELECT actor FROM run_event WHERE run_id = $1 ORDER BY epoch DESC, seq DESC LIMIT 1';
  expect(await flotilla.database.rows(sql, [run.run_id])).toEqual([{ actor: 'root' }]);
});

test('without a token the name is what headers claim, as in flotilla-os', async () => {
  const headers = { 'x-auth-request-email': 'ada@example.com' };
  const send = async (method: string, path: string, body: unknown) => {
    const answer = await fetch(flotilla.url + path, {
      method,
      headers,
      body: JSON.stringify(body),
    });
    return (await answer.json()) as { run_id: string; definition_id: string };
  };
  const { definition_id: id } = await send('POST', '/api/v6/task', job());
  const run = await send('PUT', `/api/v6/task/${id}/execute`, owner);
  const who = 'ada@example.com';
  expect(await recorded(run.run_id)).toMatchObject({ author: who, submitter: who, owner: 'ada' });
});

function recorded(runId: string) {
  return flotilla.database
    .rows(
      `SELECT v.author, t."user" AS owner, e.actor AS submitter, t.stop_requested_by AS stopper
       FROM task t JOIN run_event e ON e.run_id = t.run_id AND e.epoch = 0 AND e.seq = 0
       JOIN definition_version v ON v.definition_id = t.definition_id WHERE t.run_id = $1`,
      [runId],
    )
    .then(([row]) => row);
}

test('behind a trusted proxy the person is recorded, and through whose token', async () => {
  const url = await serve({ auth: 'token', auth_trusted_proxy_headers: true });
  const headers = { ...bearer(tokens.root.secret), 'x-forwarded-email': 'ada@example.com' };
  const send = (method: string, path: string, body: unknown) =>
    fetch(url + path, { method, headers, body: JSON.stringify(body) });
  const made = await send('POST', '/api/v6/task', job());
  const { definition_id: id } = (await made.json()) as { definition_id: string };
  const answer = await send('PUT', `/api/v6/task/${id}/execute`, owner);
  const run = (await answer.json()) as { run_id: string };
  const who = 'ada@example.com via root';
  expect(await recorded(run.run_id)).toMatchObject({ author: who, submitter: who });
  // The header alone proves nothing.
  const alone = { 'x-forwarded-email': 'ada@example.com' };
  expect((await fetch(`${url}/api/v6/task`, { headers: alone })).status).toBe(401);
});

test('listening beyond loopback, tokens are needed from the start, and one line says so', async () => {
  lines.length = 0;
  const url = await serve({ http_server_listen_address: '0.0.0.0:0' });
  expect(lines.filter((line) => line.includes('beyond loopback (0.0.0.0)'))).toHaveLength(1);
  expect((await fetch(`${url}/api/v6/task`)).status).toBe(401);
  expect((await fetch(`${url}/api/v6/health`)).status).toBe(200);
  const open = await serve({ http_server_listen_address: '0.0.0.0:0', auth: 'none' });
  expect((await fetch(`${open}/api/v6/task`)).status).toBe(200);
  expect(lines.filter((line) => line.includes('whoever reaches 0.0.0.0'))).toHaveLength(1);
});

test('the use of a token is noted, at most once a minute', async () => {
  const { token, secret } = await makeToken(flotilla.database, 'used', ['read']);
  const ask = () => fetch(`${flotilla.url}/api/v6/task`, { headers: bearer(secret) });
  const used = async () => {
    const sql = 'SELECT last_used_at AS at, xmin::text AS version FROM api_token WHERE id = $1';
    const [row] = await flotilla.database.rows<{ at: Date | null; version: string }>(sql, [
      token.id,
    ]);
    return row;
  };
  expect((await used())?.at).toBeNull();
  await ask();
  const first = await used();
  expect(Date.now() - (first?.at?.getTime() ?? 0)).toBeLessThan(10_000);
  await Promise.all([ask(), ask(), ask()]);
  expect(await used()).toEqual(first);
  await flotilla.database.rows(
    `UPDATE api_token SET last_used_at = now() - interval '61 s' WHERE id = $1`,
    [token.id],
  );
  await ask();
  expect((await used())?.at?.getTime()).toBeGreaterThan(first?.at?.getTime() ?? 0);
});

test('a token’s plain text is nowhere in the database and in no log line', async () => {
  lines.length = 0;
  const url = await serve({ auth: 'token' });
  const { secret } = await makeToken(flotilla.database, 'traced', ['admin']);
  const api = new ApiClient(url, secret);
  const { alias } = await api.json<{ alias: string }>('POST', '/api/v6/task', job());
  await api.json('PUT', `/api/v6/task/alias/${alias}/execute`, owner);
  await expect(api.json('GET', '/api/v6/history/none')).rejects.toThrow('not found');
  // Also where something goes wrong inside, which is what gets logged.
  const before = lines.length;
  await flotilla.database.rows('ALTER TABLE task RENAME TO elsewhere');
  await expect(api.json('GET', '/api/v6/history')).rejects.toThrow('internal error');
  await flotilla.database.rows('ALTER TABLE elsewhere RENAME TO task');
  expect(lines.length).toBeGreaterThan(before);
  const random = secret.slice('flt_'.length);
  expect(lines.join('')).not.toContain(random);
  const tables = await flotilla.database.rows<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.tables
     WHERE table_schema = 'public' AND table_type = 'BASE TABLE'`,
  );
  expect(tables.map(({ name }) => name)).toContain('api_token');
  for (const { name } of tables) {
    const sql = `SELECT 1 FROM "${name}" AS r WHERE r::text LIKE '%' || $1 || '%'`;
    expect([name, (await flotilla.database.rows(sql, [random])).length]).toEqual([name, 0]);
  }
});
