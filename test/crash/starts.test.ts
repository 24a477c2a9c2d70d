import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { seedCluster } from '../../db/clusters.ts';
import { choosePort } from '../../dev/ports.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { testConfig } from '../support/flotilla.ts';
import { Proxy } from '../support/proxy.ts';
import { environmentOf, spawnNode, type Spawned } from '../support/processes.ts';

let dir: string;
let database: TestDatabase;
let spawned: Spawned[] = [];
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'flotilla-starts-'));
  database = await createTestDatabase();
});
afterEach(async () => {
  for (const one of spawned.splice(0)) await one.kill();
  await database.close();
  rmSync(dir, { recursive: true, force: true });
});

function program(command: string, env: NodeJS.ProcessEnv): Spawned {
  const config = testConfig(database.url, dir, { log_level: 'info' });
  const one = spawnNode(['dist/cli.js', command], environmentOf(config, env));
  spawned.push(one);
  return one;
}

/** The exit code, or the signal that ended it. */
async function endOf(one: Spawned): Promise<number | string | null> {
  await one.exited;
  return one.process.exitCode ?? one.process.signalCode;
}

const NOWHERE = '127.0.0.1:1';
const NO_DATABASE = { DATABASE_URL: `postgresql://flotilla@${NOWHERE}/flotilla` };
const NO_TEMPORAL = { TEMPORAL_ADDRESS: NOWHERE };

// As the first process of a container it would not even hear of a SIGTERM that it does not listen to.
test.each([
  ['server', 'its database', NO_DATABASE, 'the database is not reachable'],
  ['worker', 'its database', NO_DATABASE, 'the database is not reachable'],
  ['worker', 'Temporal', NO_TEMPORAL, 'Temporal is not reachable'],
  ['serve', 'its database', NO_DATABASE, 'the database is not reachable'],
  ['serve', 'Temporal', NO_TEMPORAL, 'Temporal is not reachable'],
])('%s that waits for %s ends in good order when it is told to', async (command, _, env, says) => {
  const one = program(command, env);
  await one.says(says);
  one.process.kill('SIGTERM');
  expect(await endOf(one)).toBe(0);
  expect(one.output()).not.toContain('    at ');
});

test('a request that is under way when a server waits for Temporal is answered before it ends', async () => {
  const port = await choosePort(0);
  const one = program('serve', { ...NO_TEMPORAL, HTTP_SERVER_LISTEN_ADDRESS: `127.0.0.1:${port}` });
  await one.says('Temporal is not reachable');
  const blocker = await database.pool.connect();
  await blocker.query('BEGIN; LOCK TABLE task_def IN ACCESS EXCLUSIVE MODE');
  const answer = fetch(`http://127.0.0.1:${port}/api/v6/task`);
  const waits = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'";
  await eventually('it waits', async () => (await database.rows(waits)).length > 0);
  one.process.kill('SIGTERM');
  await blocker.query('ROLLBACK');
  blocker.release();
  expect((await answer).status).toBe(200);
  expect(await endOf(one)).toBe(0);
});

test('a Temporal that accepts connections and never answers holds up no end', async () => {
  const proxy = await Proxy.to(inject('temporalAddress'));
  proxy.silence();
  try {
    const one = program('worker', { TEMPORAL_ADDRESS: proxy.address });
    await eventually('it connects', () => proxy.connections > 0, 30_000);
    const told = Date.now();
    one.process.kill('SIGTERM');
    expect(await endOf(one)).toBe(0);
    expect(Date.now() - told).toBeLessThan(10_000);
  } finally {
    await proxy.close();
  }
});

test('a worker whose Temporal answers no more gives up what it cannot tell, and ends in good order', async () => {
  await seedCluster(database.db, { name: 'default', engine: 'local', region: 'local' });
  const proxy = await Proxy.to(inject('temporalAddress'));
  try {
    const one = program('worker', { TEMPORAL_ADDRESS: proxy.address });
    await one.says('"message":"polling"');
    // Its watch and its sweep are then under way, and have something to tell.
    const swept = 'SELECT 1 FROM cluster_contact WHERE reached_at IS NOT NULL';
    await eventually('it sweeps', async () => (await database.rows(swept)).length > 0);
    proxy.silence();
    one.process.kill('SIGTERM');
    expect(await endOf(one)).toBe(0);
    expect(one.output()).toContain('gave up what did not end in time');
  } finally {
    await proxy.close();
  }
});

test('serve ends, and says why, where there is no such namespace', async () => {
  const one = program('serve', { TEMPORAL_NAMESPACE: 'nobody-made-it' });
  expect(await endOf(one)).toBe(1);
  expect(one.output()).toContain('nobody-made-it');
});

test('a server of which one address is taken ends, and names it', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const address = taken.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  try {
    const one = program('server', {
      HTTP_SERVER_LISTEN_ADDRESS: `127.0.0.1:0,127.0.0.1:${port}`,
    });
    expect(await endOf(one)).toBe(1);
    expect(one.output()).toContain(`127.0.0.1:${port} is taken by another program`);
  } finally {
    taken.close();
  }
});

test('told twice, it ends at once', async () => {
  const one = program('worker', NO_DATABASE);
  await one.says('the database is not reachable');
  one.process.kill('SIGTERM');
  one.process.kill('SIGINT');
  expect([0, 130, 143]).toContain(await endOf(one));
});
