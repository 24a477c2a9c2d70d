import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Adoption } from '../../domain/adoption.ts';
import { SYSTEM } from '../../domain/caller.ts';
import { newRunId } from '../../domain/run.ts';
import { externalIdOf } from '../../engines/local/paths.ts';
import { LocalEngine } from '../../engines/local/engine.ts';
import { localClusterDir } from '../../engines/local/paths.ts';
import { adoptRuns, type AdoptOptions } from '../../services/adopt.ts';
import { checksums, columnsOf } from '../support/adopted.ts';
import { eventually } from '../support/eventually.ts';
import { Faults } from '../support/faulty-engine.ts';
import { startFlotilla, type RunJson, type TestFlotilla } from '../support/flotilla.ts';
import { Ledger } from '../support/ledger.ts';
import { attemptSpec } from '../support/attempt-spec.ts';

let flotilla: TestFlotilla;
let ledger: Ledger;
let engine: LocalEngine;
const faults = new Faults();

beforeAll(async () => {
  let dir = '';
  flotilla = await startFlotilla({
    onDir: (made) => (dir = made),
    engineFor: (cluster) => {
      engine = new LocalEngine(localClusterDir(dir, cluster));
      return faults.wrap(engine);
    },
  });
  ledger = new Ledger(flotilla.dir);
});
afterAll(() => flotilla.stop());

/** A row as flotilla-os leaves it, as if it had had the engine local. */
async function oldRun(values: Record<string, unknown> = {}): Promise<string> {
  const row = {
    ...{ run_id: newRunId('local'), status: 'QUEUED', cluster_name: 'default', engine: 'local' },
    ...{ user: 'ada', alias: 'old', command: ledger.note('begun'), task_type: 'task' },
    ...{ queued_at: new Date(Date.now() - 3_600_000), image: 'i', env: 'null' },
    ...values,
  };
  const names = Object.keys(row);
  await flotilla.database.rows(
    `INSERT INTO task (${names.map((name) => `"${name}"`).join(', ')})
     VALUES (${names.map((_, at) => `$${at + 1}`).join(', ')})`,
    Object.values(row),
  );
  return row.run_id;
}

/** A job that the old service launched; its row knows it, unless a crash came between. */
async function oldJob(command: string, values: Record<string, unknown> = {}): Promise<string> {
  const runId = newRunId('local');
  const ref = { runId, attempt: 1 };
  const environment = new Map([
    ['FLOTILLA_RUN_ID', runId],
    ['FLOTILLA_RUN_ATTEMPT', '1'],
  ]);
  const spec = attemptSpec(command, { ...ref, environment });
  await engine.launch(spec, AbortSignal.timeout(30_000));
  await oldRun({
    ...{ run_id: runId, status: 'RUNNING', command, pod_name: externalIdOf(ref) },
    ...{ started_at: new Date(Date.now() - 60_000), ...values },
  });
  return runId;
}

async function adopt(options: Partial<AdoptOptions> = {}): Promise<Map<string, Adoption>> {
  const deps = {
    db: flotilla.database.db,
    engineDefault: 'eks',
    jobNamespace: 'jobs',
    tell: () => undefined,
  };
  const { runs } = await adoptRuns(deps, SYSTEM, {
    ...{
      cluster: null,
      limit: null,
      dryRun: false,
      force: false,
      quietMinutes: 0,
      watchSeconds: 0,
    },
    ...options,
  });
  return new Map(runs.map(({ run, adoption }) => [run.runId, adoption]));
}

const begun = (runId: string): number[] => ledger.attempts('begun', runId);
const stopped = (runId: string): Promise<RunJson> => flotilla.until(runId, 'STOPPED');

test.each(['QUEUED', 'NEEDS_RETRY'])(
  'one that is %s and was never launched runs once',
  async (status) => {
    const runId = await oldRun({ status });
    expect((await adopt()).get(runId)).toEqual({ kind: 'queue' });
    expect(await stopped(runId)).toMatchObject({ exit_code: 0, attempt_count: 1 });
    expect(begun(runId)).toEqual([1]);
    const transitions = await flotilla.transitions(runId);
    expect(transitions.slice(0, 2)).toMatchObject([
      { status: 'QUEUED', actor: 'ada' },
      { status, reason: 'taken over from flotilla-os', actor: 'flotilla' },
    ]);
  },
);

test('one without a time of queueing runs too', async () => {
  const runId = await oldRun({ queued_at: null });
  await adopt();
  expect(await stopped(runId)).toMatchObject({ exit_code: 0 });
});

test('one that runs is followed to its end, which is its own, and never launched again', async () => {
  const runId = await oldJob(`${ledger.note('begun')}; sleep 4; exit 7`);
  expect((await adopt()).get(runId)).toEqual({ kind: 'follow', externalId: `${runId}/1` });
  expect(await stopped(runId)).toMatchObject({ exit_code: 7 });
  expect(begun(runId)).toEqual([1]);
  expect(await flotilla.logOf(runId)).toContain('sleep 4');
});

test('one whose job ended unseen has its exit code', async () => {
  const runId = await oldJob(`${ledger.note('begun')}; exit 9`);
  await eventually('it ended', async () => {
    const found = await engine.find({ runId, attempt: 1 });
    return found.kind === 'found' && found.job.phase === 'STOPPED';
  });
  await adopt();
  expect(await stopped(runId)).toMatchObject({ exit_code: 9 });
  expect(begun(runId)).toEqual([1]);
});

test('one whose job nobody knows any more ends as unknown; no other is launched for it', async () => {
  const runId = await oldRun({ status: 'RUNNING', pod_name: `${newRunId('local')}/1` });
  await adopt();
  const run = await stopped(runId);
  expect(run).not.toHaveProperty('exit_code');
  expect(run.exit_reason).toBe('outcome unknown: the engine no longer knows the job');
  expect(begun(runId)).toEqual([]);
});

test('one that is QUEUED by its row, but was launched before a crash, is found', async () => {
  const runId = await oldJob(`${ledger.note('begun')}; sleep 3`, {
    ...{ status: 'QUEUED', pod_name: null, started_at: null },
  });
  expect((await adopt()).get(runId)).toEqual({ kind: 'queue' });
  expect(await stopped(runId)).toMatchObject({ exit_code: 0 });
  expect(begun(runId)).toEqual([1]);
});

test('one that NEEDS_RETRY while its job lives is followed, not launched beside it', async () => {
  const runId = await oldJob(`${ledger.note('begun')}; sleep 3`, { status: 'NEEDS_RETRY' });
  await adopt();
  expect(await stopped(runId)).toMatchObject({ exit_code: 0 });
  expect(begun(runId)).toEqual([1]);
});

test('one of whose job the engine cannot say anything waits, and says why', async () => {
  const unknown = () => ({ kind: 'unknown', reason: 'the cluster does not answer' });
  faults.next('describe', unknown);
  const runId = await oldJob(`${ledger.note('begun')}; sleep 4; exit 3`);
  await adopt();
  expect(await stopped(runId)).toMatchObject({ exit_code: 3 });
  const reasons = (await flotilla.transitions(runId)).map(({ reason }) => reason);
  expect(reasons).toContain('the cluster does not answer');
  expect(begun(runId)).toEqual([1]);
});

test('its deadline counts from when it began', async () => {
  const runId = await oldJob('sleep 60', { active_deadline_seconds: 30 });
  await adopt();
  expect(await stopped(runId)).toMatchObject({
    exit_code: 1,
    exit_reason: 'JobRun exceeded specified timeout of 30 seconds',
  });
});

test('once taken over it can be stopped, and its children with it', async () => {
  const parent = await oldJob('sleep 60');
  const env = JSON.stringify([{ name: 'PARENT_FLOTILLA_RUN_ID', value: parent }]);
  const child = await oldJob('sleep 60', { env });
  await adopt();
  await flotilla.api.json('DELETE', `/api/v6/task/any/history/${parent}`);
  for (const runId of [parent, child]) {
    expect(await stopped(runId)).toMatchObject({ exit_reason: 'Task terminated by user' });
    const found = await engine.find({ runId, attempt: 1 });
    expect(found).toMatchObject({ job: { phase: 'STOPPED' } });
  }
});

test('it keeps its idempotence key', async () => {
  const runId = await oldRun({ idempotence_key: 'kept' });
  await adopt();
  const again = await flotilla.run('true', { idempotence_key: 'kept' });
  expect(again).toMatchObject({ run_id: runId });
  await stopped(runId);
});

test('a job that goes on takes a slot, and gives it back', async () => {
  const runId = await oldJob('sleep 2');
  await adopt();
  const slots = () => flotilla.database.rows('SELECT 1 FROM slot WHERE run_id = $1', [runId]);
  expect(await slots()).toHaveLength(1);
  await stopped(runId);
  expect(await slots()).toEqual([]);
});

test('what cannot be served is left as it was, and said why', async () => {
  const left = {
    spark: await oldRun({ engine: 'condor', status: 'RUNNING' }),
    nowhere: await oldRun({ cluster_name: 'nowhere' }),
    nameless: await oldRun({ status: 'PENDING' }),
  };
  const ids = Object.values(left).map((runId) => `'${runId}'`);
  const look = async () =>
    (
      await checksums(flotilla.database, await columnsOf(flotilla.database), {
        task: `run_id IN (${ids.join(', ')})`,
      })
    )['task'];
  const before = await look();
  const adopted = await adopt();
  expect(Object.values(left).map((runId) => adopted.get(runId))).toEqual([
    { kind: 'leave', why: 'engine condor is not served by this version' },
    { kind: 'leave', why: 'cluster nowhere is not known here' },
    { kind: 'leave', why: 'its row does not say which job it is, though PENDING' },
  ]);
  expect(await look()).toEqual(before);
  await flotilla.database.rows(`DELETE FROM task WHERE run_id IN (${ids.join(', ')})`);
});

test('several at once, one of them limited, take each run over once; again, none', async () => {
  const runIds = await Promise.all(Array.from({ length: 20 }, () => oldRun()));
  const first = await adopt({ limit: 5 });
  expect(first.size).toBe(5);
  const rest = await Promise.all([adopt(), adopt(), adopt()]);
  expect(rest.reduce((sum, one) => sum + one.size, 0)).toBe(15);
  expect((await adopt()).size).toBe(0);
  for (const runId of runIds) expect(await stopped(runId)).toMatchObject({ exit_code: 0 });
  for (const runId of runIds) expect(begun(runId)).toEqual([1]);
});
