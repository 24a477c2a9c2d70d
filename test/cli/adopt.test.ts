import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { migrateDatabase } from '../../db/migrate.ts';
import { checksums, columnsOf, createOldDatabase } from '../support/adopted.ts';
import type { TestDatabase } from '../support/database.ts';
import { OldFlotilla } from '../support/old-flotilla.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
let database: TestDatabase;
let old: OldFlotilla;
beforeAll(async () => {
  database = await createOldDatabase();
  old = new OldFlotilla(database.url);
});
afterAll(async () => {
  await old.close();
  await database.close();
});

interface Finished {
  code: number | null;
  out: string;
  err: string;
}

function cli(
  args: string[],
  onError: (err: string) => void = () => undefined,
  url = database.url,
): Promise<Finished> {
  const child = spawn(process.execPath, ['dist/cli.js', 'adopt', ...args], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], DATABASE_URL: url },
  });
  const finished = { code: null, out: '', err: '' } as Finished;
  child.stdout.on('data', (chunk) => (finished.out += String(chunk)));
  child.stderr.on('data', (chunk) => onError((finished.err += String(chunk))));
  return new Promise((resolve) => child.once('close', (code) => resolve({ ...finished, code })));
}

const sums = async () => checksums(database, await columnsOf(database));
const ours = async () =>
  (
    await database.rows<{ run_id: string }>(
      'SELECT run_id FROM task WHERE workflow_id IS NOT NULL ORDER BY run_id',
    )
  ).map((row) => row.run_id);

test('before flotilla migrate it says what is missing', async () => {
  expect(await cli([])).toMatchObject({
    code: 1,
    err: 'flotilla: this database does not have our columns yet: flotilla migrate adds them\n',
  });
  await migrateDatabase(database.url);
  await database.rows(
    `INSERT INTO cluster_state (name, region, engine) VALUES ('here', '', 'local')`,
  );
  for (const [runId, status, pod] of [
    ['local-a', 'QUEUED', null],
    ['local-b', 'RUNNING', 'local-b/1'],
    ['local-c', 'NEEDS_RETRY', null],
  ]) {
    await database.rows(
      `INSERT INTO task (run_id, status, pod_name, engine, cluster_name, queued_at)
       VALUES ($1, $2, $3, 'local', 'here', now() - interval '1 day')`,
      [runId, status, pod],
    );
  }
});

test('--dry-run shows what would become of each run, and changes nothing', async () => {
  const before = await sums();
  const { code, out, err } = await cli(['--dry-run']);
  expect(code).toBe(3);
  expect(out.split('\n').map((line) => line.replace(/ {2,}/g, ' | '))).toEqual([
    'RUN | STATUS | ENGINE | CLUSTER | WHAT',
    'ecs-retry | NEEDS_RETRY | ecs | old-ecs | not adopted: cluster old-ecs is not known here',
    'local-a | QUEUED | local | here | look for a job, else launch',
    'local-b | RUNNING | local | here | follow local-b/1',
    'local-c | NEEDS_RETRY | local | here | look for a job, else launch',
    'eks-running | RUNNING | eks | old | follow default/eks-running',
    'eks-spark-pending | PENDING | eks-spark | old | follow vc1/0001',
    'eks-queued | QUEUED | eks | old | look for a job, else launch',
    '',
  ]);
  expect(err).toContain('6 would be adopted (3 to launch, 3 to follow), 1 not adopted\n');
  expect(err).toContain('WARNING: flotilla-os still has a message for each run that was QUEUED');
  expect(await sums()).toEqual(before);
});

test.each([
  ['queued', () => old.createRun({ definition_id: null })],
  ['begun', () => old.updateRun('eks-running', { started_at: new Date() })],
  ['ended', () => old.updateRun('eks-ok', { finished_at: new Date() })],
])('it refuses after a run of flotilla-os was %s just now', async (what, act) => {
  await act();
  const before = await sums();
  const { code, err } = await cli(['--watch-seconds', '0']);
  expect(code).toBe(1);
  expect(err).toMatch(
    new RegExp(
      `^flotilla: flotilla-os seems to be alive: run \\S+ was ${what} at .*--force goes on`,
    ),
  );
  expect(await sums()).toEqual(before);
  await database.rows(
    `UPDATE task SET queued_at = queued_at - interval '1 hour',
       started_at = started_at - interval '1 hour', finished_at = finished_at - interval '1 hour'
     WHERE greatest(queued_at, started_at, finished_at) > now() - interval '10 minutes'`,
  );
});

test('it refuses when a row is written while it watches, whatever is written', async () => {
  const { code, err } = await cli(['--watch-seconds', '2'], (said) => {
    if (said.includes('watching')) void old.updateRun('eks-queued', {});
  });
  expect(code).toBe(1);
  expect(err).toContain('seems to be alive: run eks-queued was written just now');
  expect(await ours()).toEqual([]);
});

test('--cluster and --limit take over some, and another call the rest', async () => {
  const quick = ['--watch-seconds', '1'];
  const one = await cli([...quick, '--cluster', 'here', '--limit', '1']);
  expect(one.code).toBe(0);
  expect(one.err).toContain('1 adopted (1 to launch, 0 to follow), 0 not adopted, 2 beyond the');
  expect(await ours()).toEqual(['local-a']);
  const rest = await cli([...quick, '--cluster', 'here']);
  expect(rest.err).toContain('2 adopted (1 to launch, 1 to follow), 0 not adopted\n');
  expect(await ours()).toEqual(['local-a', 'local-b', 'local-c']);
  expect(await cli([...quick, '--cluster', 'here'])).toMatchObject({ code: 0, out: '' });
});

test('--force goes on though it seems alive; mistakes of usage exit 2', async () => {
  await old.createRun({ run_id: 'local-d', engine: 'local', cluster_name: 'here' });
  const { code, err } = await cli(['--cluster', 'here', '--force']);
  expect([code, err]).toEqual([0, expect.stringContaining('1 adopted')]);
  expect(await ours()).toContain('local-d');
  expect((await cli(['--limit', 'few'])).code).toBe(2);
});

test('a database that is not there is a line, not a stack trace', async () => {
  const { code, err } = await cli([], undefined, 'postgres://u@127.0.0.1:9/x');
  expect([code, err]).toEqual([
    1,
    expect.stringMatching(/^flotilla: the database does not answer \(.*call again\n$/),
  ]);
});

test('of the columns of flotilla-os nothing but a missing time of queueing was changed', async () => {
  const rows = await database.rows(
    `SELECT status, queued_at < now() AS queued, pod_name, started_at, finished_at, exit_code,
       attempt_count FROM task WHERE run_id = 'local-b'`,
  );
  expect(rows).toEqual([
    {
      ...{ status: 'RUNNING', queued: true, pod_name: 'local-b/1', started_at: null },
      ...{ finished_at: null, exit_code: null, attempt_count: null },
    },
  ]);
});
