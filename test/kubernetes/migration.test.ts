import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { migrateDatabase } from '../../db/migrate.ts';
import { checksums, columnsOf, createOldDatabase } from '../support/adopted.ts';
import type { TestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { sharedCluster } from '../support/kubernetes/attach.ts';
import { flotillaOn } from '../support/kubernetes/flotilla.ts';
import { asOfFlotillaOs } from '../support/kubernetes/former.ts';
import {
  leaveRuns,
  LINES,
  timesBegun,
  type LeftBehind,
} from '../support/kubernetes/left-behind.ts';
import { inNamespace, podsOf } from '../support/kubernetes/objects.ts';
import type { TestCluster } from '../support/kubernetes/test-cluster.ts';
import { attemptsOf, stopRun } from '../support/observe.ts';
import { OldFlotilla } from '../support/old-flotilla.ts';
import { environmentOf } from '../support/processes.ts';
import { workersFor, type Scene } from '../support/scene.ts';

/*
 * A database of flotilla-os with years of rows and with Jobs that run on a cluster, taken over: in the
 * order of docs/migrating-from-flotilla-os.md, with a kill -9 wherever one may hurt.
 */

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const STORY_MS = 400_000;
/** Runs of the fixture that are adopted, too, though no worker reaches their cluster. */
const STRANDED = ['eks-queued', 'eks-running', 'eks-spark-pending'];

const shared = sharedCluster();
const cluster = shared as TestCluster;
let database: TestDatabase;
let old: OldFlotilla;
let scene: Omit<Scene, 'ledger'> | null = null;

beforeEach(({ skip }) => {
  if ('why' in shared) skip(shared.why);
});
beforeAll(async () => {
  if ('why' in shared) return;
  await asOfFlotillaOs(cluster);
  database = await createOldDatabase();
  old = new OldFlotilla(database.url);
  await old.createCluster(cluster.context);
});
afterAll(async () => {
  await old?.close();
  await (scene === null ? database?.close() : scene.close());
});

interface Ended {
  code: number | null;
  out: string;
  err: string;
}

/** The program itself, which the one who is told its pid may kill. */
function adopt(args: string[], onStart: (pid: number) => void = () => undefined): Promise<Ended> {
  const child = spawn(process.execPath, ['dist/cli.js', 'adopt', ...args], {
    cwd: ROOT,
    env: environmentOf(here().flotilla.config),
  });
  const ended: Ended = { code: null, out: '', err: '' };
  child.stdout.on('data', (chunk) => (ended.out += String(chunk)));
  child.stderr.on('data', (chunk) => (ended.err += String(chunk)));
  onStart(child.pid ?? 0);
  return new Promise((resolve) => child.once('close', (code) => resolve({ ...ended, code })));
}

/** Without the minutes for which flotilla-os must have been idle. */
const at = (watchSeconds: number): string[] => [
  ...['--quiet-minutes', '0'],
  ...['--watch-seconds', String(watchSeconds)],
];

function here(): Omit<Scene, 'ledger'> {
  if (scene === null) throw new Error('it has not begun');
  return scene;
}

async function ours(): Promise<string[]> {
  const rows = await database.rows<{ run_id: string }>(
    'SELECT run_id FROM task WHERE workflow_id IS NOT NULL ORDER BY run_id',
  );
  return rows.map((row) => row.run_id);
}

/** Kills an adoption that has done some of its work: another session holds a run that is in its way. */
async function adoptAndKill(inTheWay: string): Promise<void> {
  const other = new pg.Client({ connectionString: database.url });
  await other.connect();
  await other.query('BEGIN');
  await other.query('SELECT 1 FROM task WHERE run_id = $1 FOR UPDATE', [inTheWay]);
  let pid = 0;
  const killed = adopt(at(0), (its) => (pid = its));
  await eventually('it is in the middle', async () => {
    const waits = await database.rows(
      `SELECT 1 FROM pg_stat_activity WHERE application_name = 'flotilla-adopt'
         AND wait_event_type = 'Lock' AND datname = current_database()`,
    );
    return waits.length > 0;
  });
  process.kill(pid, 'SIGKILL');
  expect((await killed).code).toBeNull();
  await other.query('ROLLBACK');
  await other.end();
}

/** What `--dry-run` says of each run, by its id. */
async function plans(): Promise<Map<string, string>> {
  const { code, out } = await adopt(['--dry-run']);
  expect(code).toBe(3);
  const lines = out.split('\n').map((line) => line.split(/ {2,}/));
  return new Map(lines.map((cells) => [cells[0] ?? '', cells.at(-1) ?? '']));
}

test(
  'a database of flotilla-os with live Jobs is taken over, and no run is lost or runs twice',
  async () => {
    const runs = await leaveRuns(cluster, old);
    const columns = await columnsOf(database);
    const changing = [...Object.values(runs), ...STRANDED].map((runId) => `'${runId}'`);
    const rest = { task: `run_id NOT IN (${changing.join(', ')})` };
    const before = await checksums(database, columns, rest);

    await beside(runs);
    await refuseWhileAlive(runs);
    await expectPlans(runs);

    await adoptAndKill(runs.gone);
    const some = await ours();
    expect(some.length).toBeGreaterThan(0);
    expect(some).not.toContain(runs.gone);
    expect((await adopt(at(1))).code).toBe(3);
    await killTheWorker();
    await stopRun(here().flotilla, runs.toBeStopped);
    await stopRun(here().flotilla, runs.unschedulable);
    const adopted = await ours();
    const last = await adopt(at(0));
    expect(last.code).toBe(3);
    expect(last.err).toContain('0 adopted (0 to launch, 0 to follow)');
    expect(await ours()).toEqual(adopted);

    await expectTheTruth(runs);
    expect(await checksums(database, columns, rest)).toEqual(before);
    await expectHistory();
  },
  STORY_MS,
);

/** A server and a worker on the database of the old service, which goes on. */
async function beside(runs: LeftBehind): Promise<void> {
  await migrateDatabase(database.url);
  const flotilla = await flotillaOn(cluster, { database, worker: false });
  scene = { flotilla, ...workersFor(flotilla) };
  await scene.worker();
  expect((await flotilla.get(runs.living)).status).toBe('RUNNING');
  const stopped = flotilla.api.request('DELETE', `/api/v6/task/any/history/${runs.living}`);
  await expect(stopped).rejects.toThrow('belongs to another Flotilla on this database');
}

/** The old one's workers write, and last of all that a run has ended. */
async function refuseWhileAlive(runs: LeftBehind): Promise<void> {
  const refusal = adopt(at(3));
  const writes = setInterval(() => void old.updateRun(runs.living, {}), 300);
  const refused = await refusal;
  clearInterval(writes);
  expect(refused.code).toBe(1);
  expect(refused.err).toContain(`flotilla-os seems to be alive: run ${runs.living} was written`);
  const finished = { status: 'STOPPED', exit_code: 0, finished_at: new Date() };
  await old.updateRun(runs.finishedByOld, { ...finished, exit_reason: 'by the old one' });
  expect(await ours()).toEqual([]);
}

async function expectPlans(runs: LeftBehind): Promise<void> {
  const planned = await plans();
  for (const name of ['pending', 'living', 'ended', 'gone'] as const) {
    expect(planned.get(runs[name])).toBe(`follow ${cluster.namespace}/${runs[name]}`);
  }
  for (const name of ['queued', 'needsRetry', 'launchedUnseen'] as const) {
    expect(planned.get(runs[name])).toBe('look for a job, else launch');
  }
  expect(planned.get(runs.nowhere)).toBe('not adopted: cluster in no table is not known here');
  expect(planned.has(runs.finishedByOld)).toBe(false);
  expect(planned.get('ecs-retry')).toBe('not adopted: cluster old-ecs is not known here');
  expect(planned.get('eks-spark-pending')).toBe('follow vc1/0001');
  expect(await ours()).toEqual([]);
}

/** In the middle of what it does for the adopted. */
async function killTheWorker(): Promise<void> {
  await eventually('a Job is one of ours', async () => {
    const labelled = '--selector=flotilla-run-attempt,owner=ada';
    return (await inNamespace(cluster, 'get', 'jobs', labelled, '-oname')) !== '';
  });
  await here().spawned[0]?.kill();
  await here().worker();
}

/** Exit code, reason, and whether the command ran: once in the old service or here. */
const TRUTH: [keyof LeftBehind, number | undefined, RegExp, 'once' | 'never'][] = [
  ['queued', 0, /Exited Successfully$/, 'once'],
  ['needsRetry', 0, /Exited Successfully$/, 'once'],
  ['launchedUnseen', 0, /Exited Successfully$/, 'once'],
  ['pending', 0, /Exited Successfully$/, 'once'],
  ['living', 5, /^Error$/, 'once'],
  ['toBeStopped', 1, /^Task terminated by user$/, 'once'],
  ['unschedulable', 1, /^Task terminated by user$/, 'never'],
  ['ended', 0, /Exited Successfully$/, 'once'],
  ['failed', 3, /^Error$/, 'once'],
  ['killed', 137, /^OOMKilled$/, 'once'],
  ['overdue', 124, /active longer than specified deadline/, 'once'],
  ['endedAndSwept', 0, /^$/, 'once'],
  ['failedAndSwept', undefined, /^outcome unknown: .*BackoffLimitExceeded/, 'once'],
  ['gone', undefined, /^outcome unknown: the engine no longer knows the job$/, 'never'],
  ['finishedByOld', 0, /^by the old one$/, 'once'],
];

async function expectTheTruth(runs: LeftBehind): Promise<void> {
  const { flotilla } = here();
  for (const [name, code, reason, times] of TRUTH) {
    const run = await flotilla.until(runs[name], 'STOPPED');
    expect.soft({ name, code: run.exit_code }).toEqual({ name, code });
    expect.soft(run.exit_reason ?? '', name).toMatch(reason);
    expect.soft(timesBegun(cluster, runs[name]), name).toBe(times === 'once' ? 1 : 0);
    const attempts = await attemptsOf(flotilla, runs[name]);
    expect.soft(attempts.length, name).toBe(name === 'finishedByOld' ? 0 : 1);
  }
  expect((await flotilla.get(runs.nowhere)).status).toBe('QUEUED');
  const log = await flotilla.logOf(runs.living);
  const lines = log.split('\n').filter((line) => /^line \d+$/.test(line));
  expect(lines).toEqual(Array.from({ length: LINES }, (_, index) => `line ${index + 1}`));
  expect(log).not.toContain('lines may be missing');
  expect(await flotilla.logOf(runs.failed)).toContain('+ exit 3');
  expect(await podsOf(cluster, runs.toBeStopped)).toEqual([]);
}

/** What the old service left of what is over, as v6 answers it. */
async function expectHistory(): Promise<void> {
  const { api, get } = here().flotilla;
  expect(await get('eks-failed')).toMatchObject({ exit_code: 137, exit_reason: 'OOMKilled' });
  expect(await api.json('GET', '/api/v6/task/alias/nightly')).toMatchObject({
    ...{ definition_id: 'etl-1', image: 'repo/etl:3', memory: 1024, cpu: 512, tags: ['etl'] },
    ...{ env: [{ name: 'MODE', value: 'full' }], ports: [8080, 9090] },
  });
  expect(await api.json('GET', '/api/v6/task/alias/json-null-env')).toMatchObject({ env: [] });
  // Those of the fixture; what was left above is younger.
  const until = new Date(Date.now() - 9 * 86_400_000).toISOString();
  const query = `status=STOPPED&limit=1&queued_at_until=${until}`;
  expect(await api.json('GET', `/api/v6/task/etl-1/history?${query}`)).toMatchObject({
    total: 5000,
  });
  type Templates = { templates: { template_name: string; version: number }[] };
  const { templates } = await api.json<Templates>('GET', '/api/v7/template?latest_only=false');
  expect(new Set(templates.map(({ version }) => version))).toEqual(new Set([1, 2]));
  expect(new Set(templates.map(({ template_name: name }) => name))).toEqual(new Set(['report']));
  expect((await get(STRANDED[0] ?? '')).status).toBe('QUEUED');
  expect((await get(STRANDED[1] ?? '')).status).toBe('RUNNING');
  expect((await get(STRANDED[2] ?? '')).status).toBe('PENDING');
}
