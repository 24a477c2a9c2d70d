import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ApiClient } from '../../cli/client.ts';
import { identify, isAlive } from '../../os/process.ts';
import { StackLock } from '../../os/stack-lock.ts';
import { eventually } from '../support/eventually.ts';
import type { RunJson } from '../support/flotilla.ts';
import { removeLocalJobs } from '../support/local-jobs.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Of a database, a Temporal, a server and a worker, on a machine that may do other things. */
const START_MS = 120_000;
let dir: string;
let started: Dev[] = [];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'flotilla-dev-'));
});
afterEach(async () => {
  for (const one of started) {
    if (one.process.exitCode === null && one.process.signalCode === null)
      one.process.kill('SIGTERM');
    await one.exited;
  }
  started = [];
  for (const child of recordedChildren()) if (isAlive(child)) process.kill(child.pid, 'SIGKILL');
  await removeLocalJobs(dir);
  rmSync(dir, { recursive: true, force: true });
});

interface Dev {
  process: ChildProcess;
  output(): string;
  /** The exit code, or the signal's name. */
  exited: Promise<number | string>;
}

/** `npm start` or `npm run demo`, as built, in a data directory and on ports of the test's own. */
function dev(args: string[], env: NodeJS.ProcessEnv = {}): Dev {
  const child = spawn(process.execPath, ['dist/dev.js', ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      DATA_DIR: dir,
      HTTP_SERVER_LISTEN_ADDRESS: ':0',
      // Whatever Docker this machine has.
      DEV_ENGINE: 'local',
      DEV_POSTGRES_PORT: '0',
      DEV_TEMPORAL_PORT: '0',
      DEV_TEMPORAL_UI_PORT: '0',
      ...env,
    },
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => (text += String(chunk)));
  const exited = new Promise<number | string>((resolve) =>
    child.once('exit', (code, signal) => resolve(code ?? signal ?? 'nothing')),
  );
  const one = { process: child, output: () => text, exited };
  started.push(one);
  return one;
}

async function up(one: Dev): Promise<ApiClient> {
  const url = await eventually(
    'it is up',
    () => {
      if (one.process.exitCode !== null) throw new Error(`it ended:\n${one.output()}`);
      return StackLock.holderOf(dir)?.url;
    },
    START_MS,
  );
  return new ApiClient(url);
}

function recordedChildren(): { name: string; pid: number; ticks: string }[] {
  const file = join(dir, 'children.json');
  return existsSync(file)
    ? (JSON.parse(readFileSync(file, 'utf8')) as ReturnType<typeof recordedChildren>)
    : [];
}

async function execute(api: ApiClient, command: string): Promise<RunJson> {
  const alias = `job-${Date.now()}`;
  await api.json('POST', '/api/v6/task', { alias, image: 'i', command });
  return api.json<RunJson>('PUT', `/api/v6/task/alias/${alias}/execute`, {
    run_tags: { owner_id: 'ada' },
    cluster: 'default',
  });
}
const statusOf = async (api: ApiClient, runId: string): Promise<RunJson> =>
  api.json<RunJson>('GET', `/api/v6/history/${runId}`);

test('the demo shows each status and the log, exits with the job’s code, and leaves nothing running', async () => {
  const demo = dev(['demo']);
  expect(await demo.exited).toBe(0);
  const lines = demo.output().split('\n');
  const at = (text: string): number => lines.findIndex((line) => line.includes(text));
  const order = [
    'QUEUED',
    'PENDING',
    'RUNNING',
    "+ echo 'hello yourusername'",
    'STOPPED',
    'exit code 0',
  ].map(at);
  expect(order.every((line) => line >= 0)).toBe(true);
  expect(order.toSorted((a, b) => a - b)).toEqual(order);
  expect(lines).toContain('hello yourusername');
  expect(demo.output()).toMatch(/API +http:\/\/127\.0\.0\.1:\d+/);
  expect(demo.output()).toMatch(/Web application +http:\/\/127\.0\.0\.1:\d+\/\n/);
  expect(demo.output()).toMatch(/Temporal Web UI +http:\/\/127\.0\.0\.1:\d+/);
  expect(demo.output()).toContain('image not used: engine local');
  expect(recordedChildren()).toEqual([]);
});

test('Ctrl-C ends every child; a job goes on, and the next start finds it again', async () => {
  const first = dev(['start']);
  const api = await up(first);
  const children = recordedChildren();
  expect(children.map((child) => child.name).toSorted()).toEqual(['postgres', 'temporal']);
  const run = await execute(api, 'sleep 6; echo done; exit 3');
  await eventually('it runs', async () => (await statusOf(api, run.run_id)).status === 'RUNNING');
  first.process.kill('SIGINT');
  expect(await first.exited).toBe(0);
  expect(children.filter(isAlive)).toEqual([]);
  const second = await up(dev(['start']));
  const over = await eventually('it is over', async () => {
    const now = await statusOf(second, run.run_id);
    return now.status === 'STOPPED' && now;
  });
  expect(over).toMatchObject({ exit_code: 3, attempt_count: 1 });
});

test('killed -9, its children outlive it; the next start ends them, says so, and loses nothing', async () => {
  const first = dev(['start']);
  const api = await up(first);
  const run = await execute(api, 'exit 4');
  await eventually(
    'it is over',
    async () => (await statusOf(api, run.run_id)).status === 'STOPPED',
  );
  const orphans = recordedChildren();
  first.process.kill('SIGKILL');
  await first.exited;
  expect(orphans.filter(isAlive)).toHaveLength(2);
  const second = dev(['start']);
  const again = await up(second);
  expect(second.output()).toMatch(
    /ended what an earlier start left running: (postgres|temporal), /,
  );
  expect((await statusOf(again, run.run_id)).exit_code).toBe(4);
});

test('Postgres killed -9 leaves a stale lock, which the next start mends', async () => {
  const first = dev(['start']);
  const api = await up(first);
  const run = await execute(api, 'exit 5');
  await eventually(
    'it is over',
    async () => (await statusOf(api, run.run_id)).status === 'STOPPED',
  );
  const postgres = recordedChildren().find((child) => child.name === 'postgres');
  process.kill(postgres?.pid ?? 0, 'SIGKILL');
  // Without its database the stack ends, and says why.
  expect(await first.exited).toBe(1);
  expect(first.output()).toContain('postgres ended with signal SIGKILL');
  expect(existsSync(join(dir, 'postgres', 'postmaster.pid'))).toBe(true);
  const again = await up(dev(['start']));
  expect((await statusOf(again, run.run_id)).exit_code).toBe(5);
});

test('a second start beside the first says where the first is; a demo uses it', async () => {
  const first = dev(['start']);
  const api = await up(first);
  const second = dev(['start']);
  expect(await second.exited).toBe(1);
  expect(second.output()).toContain(`Flotilla runs at ${api.baseUrl}`);
  expect(second.output()).not.toContain('    at ');
  const demo = dev(['demo']);
  expect(await demo.exited).toBe(0);
  expect(demo.output()).toContain(`using the stack that runs at ${api.baseUrl}`);
  expect(isAlive(identify(first.process.pid ?? 0) ?? { pid: 0, ticks: '' })).toBe(true);
});

test('a port that is taken is named; nothing is left running', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const address = taken.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const one = dev(['start'], { HTTP_SERVER_LISTEN_ADDRESS: `:${port}` });
  expect(await one.exited).toBe(1);
  expect(one.output()).toContain(`127.0.0.1:${port} is taken by another program`);
  expect(one.output()).not.toContain('    at ');
  expect(recordedChildren().filter(isAlive)).toEqual([]);
  taken.close();
});

test('a data directory that was half made is made anew; one that holds no database is refused', async () => {
  mkdirSync(join(dir, 'postgres.new'), { recursive: true });
  writeFileSync(join(dir, 'postgres.new', 'PG_VERSION'), '18');
  const first = dev(['demo']);
  expect(await first.exited).toBe(0);
  rmSync(join(dir, 'postgres', 'PG_VERSION'));
  const second = dev(['start']);
  expect(await second.exited).toBe(1);
  expect(second.output()).toContain('holds no database: move it away');
});

test('a mistake in the configuration is named, with exit code 2', async () => {
  const one = dev(['start'], { SWEEP_SECONDS: 'soon' });
  expect(await one.exited).toBe(2);
  expect(one.output()).toContain('sweep_seconds');
});

test('SIGINT twice forces the end', async () => {
  const one = dev(['start'], { WORKER_SHUTDOWN_GRACE_SECONDS: '60' });
  await up(one);
  const children = recordedChildren();
  one.process.kill('SIGINT');
  await eventually('it ends', () => one.output().includes('ending'));
  one.process.kill('SIGINT');
  expect(await one.exited).toBe(130);
  await eventually('its children are gone', () => children.filter(isAlive).length === 0);
});

test('SIGINT while it starts ends what was begun; twice, at once', async () => {
  for (const times of [1, 2]) {
    const one = dev(['start']);
    const children = await eventually(
      'something was begun',
      () => recordedChildren().length > 0 && recordedChildren(),
      START_MS,
    );
    for (let sent = 0; sent < times; sent += 1) {
      one.process.kill('SIGINT');
      await sleep(100);
    }
    expect(await one.exited).toBe(times === 1 ? 0 : 130);
    await eventually('its children are gone', () => children.filter(isAlive).length === 0);
    expect(StackLock.holderOf(dir)).toBe(null);
  }
});
