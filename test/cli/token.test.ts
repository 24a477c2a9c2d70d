import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startServer, type RunningServer } from '../../server.ts';
import { startFlotilla, testConfig, type TestFlotilla } from '../support/flotilla.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
let flotilla: TestFlotilla;
/** Beside it, a server that needs tokens, and soon has enough of requests. */
let guarded: RunningServer;
beforeAll(async () => {
  flotilla = await startFlotilla({ worker: false });
  const config = testConfig(flotilla.database.url, flotilla.dir, {
    auth: 'token',
    rate_limit_requests_per_second: 2,
    rate_limit_burst: 2,
  });
  guarded = await startServer({ config, log: flotilla.log });
});
afterAll(async () => {
  await guarded.stop();
  await flotilla.stop();
});

interface Finished {
  code: number | null;
  out: string;
  err: string;
}

/** The command line, as built. */
function cli(args: string[], env: NodeJS.ProcessEnv = {}): Promise<Finished> {
  const child = spawn(process.execPath, ['dist/cli.js', ...args], {
    cwd: ROOT,
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      DATABASE_URL: flotilla.database.url,
      FLOTILLA_URL: guarded.urls[0],
      ...env,
    },
  });
  const finished = { code: null, out: '', err: '' } as Finished;
  child.stdout.on('data', (chunk) => (finished.out += String(chunk)));
  child.stderr.on('data', (chunk) => (finished.err += String(chunk)));
  return new Promise((resolve) => child.once('close', (code) => resolve({ ...finished, code })));
}

async function create(name: string, ...more: string[]): Promise<string> {
  const { code, out, err } = await cli(['token', 'create', '--name', name, ...more]);
  expect([code, err]).toEqual([0, expect.stringContaining(name)]);
  return out.trim();
}

test('create prints the token alone on standard output, and what it is beside', async () => {
  const { code, out, err } = await cli(['token', 'create', '--name', 'ci', '--expires', '90d']);
  expect(code).toBe(0);
  expect(out).toMatch(/^flt_[A-Za-z0-9_-]{43}\n$/);
  expect(err).toMatch(/^token tok-[0-9a-f]{12}, named ci: run, expires \d{4}-/);
  expect(err).not.toContain(out.trim());
});

test('the API is called with the token of the environment, or of a file', async () => {
  const without = await cli(['ls']);
  expect(without.code).toBe(1);
  expect(without.err).toContain('a token is needed');
  expect(without.err).toContain('FLOTILLA_TOKEN_FILE');
  const secret = await create('caller', '--scope', 'read');
  expect(await cli(['ls'], { FLOTILLA_TOKEN: secret })).toMatchObject({ code: 0, err: '' });
  const file = join(flotilla.dir, 'token');
  writeFileSync(file, `${secret}\n`);
  expect((await cli(['ls'], { FLOTILLA_TOKEN_FILE: file })).code).toBe(0);
  expect((await cli(['ls'], { FLOTILLA_TOKEN_FILE: `${file}-none` })).err).toContain(
    'FLOTILLA_TOKEN_FILE: ENOENT',
  );
  const refused = await cli(['run', 'x'], { FLOTILLA_TOKEN: secret });
  expect(refused.err).toContain('this needs the scope run; the token caller has read');
});

test('a variable that is no token is not shown again', async () => {
  const { code, err } = await cli(['ls'], { FLOTILLA_TOKEN: 'two words' });
  expect(code).toBe(1);
  expect(err).toBe('flotilla: FLOTILLA_TOKEN: what it says is not a token\n');
});

test('who asks faster than the rate limit waits, and is served', async () => {
  const secret = await create('hasty', '--scope', 'read');
  const asked = await Promise.all([1, 2, 3, 4].map(() => cli(['ls'], { FLOTILLA_TOKEN: secret })));
  expect(asked.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
});

test('list shows what tokens there are, and no token', async () => {
  const secret = await create('listed', '--scope', 'read,define');
  const { out } = await cli(['token', 'list']);
  expect(out).toMatch(/^ID +NAME +SCOPES +STATE/);
  expect(out).toMatch(/^tok-\S+ +listed +read,define +does not expire +\S+ +\S+ +never$/m);
  expect(out).not.toContain('flt_');
  const listed = JSON.parse((await cli(['token', 'list', '--json'])).out) as { name: string }[];
  const one = listed.find(({ name }) => name === 'listed');
  expect(one).toMatchObject({ scopes: ['read', 'define'], revoked_at: null, last_used_at: null });
  expect(JSON.stringify(listed)).not.toContain(secret);
  expect(one).not.toHaveProperty('hash');
});

test.each(['id', 'name'])('revoke ends a token by its %s', async (by) => {
  const name = `gone-by-${by}`;
  const secret = await create(name, '--scope', 'read');
  const { out } = await cli(['token', 'list']);
  const id = new RegExp(`^(\\S+) +${name} `, 'm').exec(out)?.[1] ?? '';
  const revoked = await cli(['token', 'revoke', by === 'id' ? id : name]);
  expect(revoked).toMatchObject({ code: 0, err: `token ${id}, named ${name}, is revoked\n` });
  expect((await cli(['ls'], { FLOTILLA_TOKEN: secret })).err).toContain(`${name} was revoked`);
  expect((await cli(['token', 'list'])).out).toMatch(new RegExp(`${name} +read +revoked 20`));
});

test.each([
  [['create'], 2, "required option '--name <name>'"],
  [['create', '--name', 'x', '--scope', 'write'], 2, 'expected of read, run, define, admin'],
  [['create', '--name', 'x', '--expires', 'soon'], 2, 'expected a duration such as 90d'],
  [['create', '--name', '-x'], 1, 'flotilla: a name is 1 to 100 letters'],
  [['revoke', 'nope'], 1, 'flotilla: no token has the id or name nope'],
  [['revoke'], 2, "missing required argument 'id'"],
])('token %j exits %i and says why, without a stack trace', async (args, code, text) => {
  const finished = await cli(['token', ...args]);
  expect(finished).toMatchObject({ code, out: '', err: expect.stringContaining(text) });
  expect(finished.err).not.toContain('    at ');
});

test('a name is taken once; a database that is away or not set is named', async () => {
  await create('twice');
  const again = await cli(['token', 'create', '--name', 'twice']);
  expect(again).toMatchObject({ code: 1, err: expect.stringContaining('named twice already') });
  const away = await cli(['token', 'list'], { DATABASE_URL: 'postgres://127.0.0.1:9/x' });
  expect(away).toMatchObject({ code: 1, err: expect.stringContaining('ECONNREFUSED') });
  const unset = await cli(['token', 'list'], { DATABASE_URL: '' });
  expect(unset).toMatchObject({
    code: 2,
    err: expect.stringContaining('DATABASE_URL must be set'),
  });
});

test('every token command explains itself', async () => {
  const help = (await cli(['token', '--help'])).out;
  for (const text of ['create', 'list', 'revoke', 'DATABASE_URL', 'FLOTILLA_TOKEN_FILE']) {
    expect(help).toContain(text);
  }
  const created = await cli(['token', 'create', '--help']);
  expect(created).toMatchObject({
    code: 0,
    out: expect.stringContaining('read, run, define, admin'),
  });
});
