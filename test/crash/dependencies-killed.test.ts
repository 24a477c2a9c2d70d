import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { Children } from '../../dev/children.ts';
import { startPostgres, type EmbeddedPostgres } from '../../dev/postgres.ts';
import { startTemporal, type EmbeddedTemporal } from '../../dev/temporal.ts';
import { migrateDatabase } from '../../db/migrate.ts';
import { seedCluster } from '../../db/clusters.ts';
import { openDatabase } from '../../db/client.ts';
import { ApiClient } from '../../cli/client.ts';
import { startServer, type RunningServer } from '../../server.ts';
import { createLogger } from '../../telemetry/log.ts';
import { startWorker, type RunningWorker } from '../../worker.ts';
import { eventually } from '../support/eventually.ts';
import { testConfig, type RunJson } from '../support/flotilla.ts';
import { Ledger } from '../support/ledger.ts';
import { removeLocalJobs } from '../support/local-jobs.ts';

// A Postgres and a Temporal of this file's own, on files, to be killed and started again.

let dir: string;
let children: Children;
let postgres: EmbeddedPostgres;
let temporal: EmbeddedTemporal;
let server: RunningServer;
let worker: RunningWorker;
let api: ApiClient;
let ledger: Ledger;

const startOwnPostgres = (port: number): Promise<EmbeddedPostgres> =>
  startPostgres({ dir, preferredPort: port, children });
const startOwnTemporal = (port: number): Promise<EmbeddedTemporal> =>
  startTemporal({
    binary: inject('temporalBinary'),
    dir,
    preferredPort: port,
    preferredUiPort: 0,
    children,
    dbFile: join(dir, 'temporal.db'),
  });
const portOf = (address: string): number => Number(address.split(':').at(-1));

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'flotilla-deps-'));
  children = new Children(dir);
  [postgres, temporal] = await Promise.all([startOwnPostgres(0), startOwnTemporal(0)]);
  await migrateDatabase(postgres.url);
  const database = openDatabase(postgres.url, {
    maxConnections: 1,
    applicationName: 'seed',
    onIdleError: () => undefined,
  });
  await seedCluster(database.db, { name: 'default', engine: 'local', region: '' });
  await database.close();
  const config = testConfig(postgres.url, dir, {
    temporal_address: temporal.address,
    log_level: 'fatal',
  });
  const log = createLogger(config.log_level, 'test');
  server = await startServer({ config, log });
  worker = await startWorker({ config, log, onClient: server.adopt });
  api = new ApiClient(server.urls[0] ?? '');
  ledger = new Ledger(dir);
});

afterAll(async () => {
  await worker.stop();
  await server.stop();
  await removeLocalJobs(dir);
  await children.stop();
  rmSync(dir, { recursive: true, force: true });
});

let jobs = 0;
async function submit(command: string): Promise<string> {
  const alias = `job-${++jobs}`;
  await api.json('POST', '/api/v6/task', { alias, image: 'i', command });
  return alias;
}
const execute = (alias: string): Promise<RunJson> =>
  api.json<RunJson>('PUT', `/api/v6/task/alias/${alias}/execute`, {
    run_tags: { owner_id: 'ada' },
    cluster: 'default',
  });
const over = (runId: string): Promise<RunJson> =>
  eventually(
    `${runId} is over`,
    async () => {
      const run = await api.json<RunJson>('GET', `/api/v6/history/${runId}`).catch(() => null);
      return run?.status === 'STOPPED' && run;
    },
    90_000,
  );

function kill(child: { identity: { pid: number } }): void {
  process.kill(child.identity.pid, 'SIGKILL');
}

test('Postgres killed -9 with runs in flight: delayed, not lost', async () => {
  const alias = await submit(`${ledger.note('pg')}; sleep 2; exit 5`);
  const runs = await Promise.all(Array.from({ length: 10 }, () => execute(alias)));
  await eventually(
    'all run',
    () => ledger.lines().filter((line) => line.startsWith('pg ')).length === 10,
  );
  kill(postgres.child);
  // The jobs end while the database is away, for longer than the two short tries of a write.
  await new Promise((resolve) => setTimeout(resolve, 6_000));
  const answer = await fetch(`${api.baseUrl}/api/v6/history/${runs[0]?.run_id}`);
  expect({ status: answer.status, body: await answer.json() }).toEqual({
    status: 503,
    body: { error: 'the database does not answer; please retry' },
  });
  expect((await fetch(`${api.baseUrl}/api/v6/health`)).status).toBe(200);
  postgres = await startOwnPostgres(postgres.port);
  const ended = await Promise.all(runs.map((run) => over(run.run_id)));
  expect(ended.map((run) => [run.exit_code, run.attempt_count])).toEqual(runs.map(() => [5, 1]));
  expect(new Set(ledger.lines()).size).toBe(ledger.lines().length);
});

test('Postgres killed -9 as runs are accepted: each that was answered for runs, none twice', async () => {
  const alias = await submit(`${ledger.note('accept')}; exit 0`);
  const answers: Promise<RunJson | null>[] = [];
  for (let i = 0; i < 40; i += 1) {
    answers.push(execute(alias).catch(() => null));
    if (i === 20) kill(postgres.child);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const accepted = (await Promise.all(answers)).filter((run) => run !== null);
  expect(accepted.length).toBeGreaterThan(0);
  expect(accepted.length).toBeLessThan(40);
  postgres = await startOwnPostgres(postgres.port);
  for (const run of accepted) expect((await over(run.run_id)).exit_code).toBe(0);
  for (const run of accepted) expect(ledger.attempts('accept', run.run_id)).toEqual([1]);
});

test('Temporal killed -9: runs are accepted meanwhile, those in flight end, nothing runs twice', async () => {
  const slow = await submit(`${ledger.note('slow')}; sleep 4; exit 6`);
  const flying = await Promise.all(Array.from({ length: 5 }, () => execute(slow)));
  await eventually(
    'all run',
    () => ledger.lines().filter((line) => line.startsWith('slow ')).length === 5,
  );
  kill(temporal.child);
  const quick = await submit(`${ledger.note('quick')}; exit 7`);
  const began = Date.now();
  const queued = [await execute(quick), await execute(quick)];
  expect(Date.now() - began).toBeLessThan(6_000);
  expect(queued.map((run) => run.status)).toEqual(['QUEUED', 'QUEUED']);
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  temporal = await startOwnTemporal(portOf(temporal.address));
  for (const run of flying) expect((await over(run.run_id)).exit_code).toBe(6);
  for (const run of queued) expect((await over(run.run_id)).exit_code).toBe(7);
  expect(new Set(ledger.lines()).size).toBe(ledger.lines().length);
});

test('Temporal frozen for a while: the same', async () => {
  process.kill(temporal.child.identity.pid, 'SIGSTOP');
  const alias = await submit(`${ledger.note('frozen')}; exit 8`);
  const run = await execute(alias);
  expect(run.status).toBe('QUEUED');
  await new Promise((resolve) => setTimeout(resolve, 4_000));
  process.kill(temporal.child.identity.pid, 'SIGCONT');
  expect((await over(run.run_id)).exit_code).toBe(8);
  expect(ledger.attempts('frozen', run.run_id)).toEqual([1]);
});
