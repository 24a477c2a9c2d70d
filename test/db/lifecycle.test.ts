import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeLifecycle } from '../../db/lifecycle.ts';
import { admitRun, openRun } from '../../db/open-run.ts';
import { amendClosedRun, findRun, markStop, transitionsOf } from '../../db/runs.ts';
import { seedCluster } from '../../db/clusters.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { acceptRun, write } from '../support/rows.ts';

let database: TestDatabase;
const TIMING = { stopGraceSeconds: 1, lookSeconds: 60 };

beforeAll(async () => {
  database = await createTestDatabase();
  await seedCluster(database.db, { name: 'default', engine: 'local', region: '' });
});
afterAll(() => database.close());

const statusOf = async (runId: string) => (await findRun(database.db, runId))?.status;
const ENDED = {
  attempt: 1,
  state: 'ended' as const,
  exitCode: 0,
  exitReason: null,
  failureClass: null,
  evidence: null,
  startedAt: null,
  finishedAt: null,
  maxMemoryUsed: null,
  maxCpuUsed: null,
  log: null,
};

test('a transition updates the run’s row and appends to its events, together', async () => {
  const runId = await acceptRun(database);
  const opened = await openRun(database.db, runId, TIMING);
  expect(opened).toMatchObject({
    epoch: 1,
    status: 'QUEUED',
    attempt: 1,
    asked: false,
    admitted: true,
  });
  const written = await writeLifecycle(database.db, write(runId, 1, 1, 'RUNNING'));
  expect(written).toMatchObject({ applied: true, stop: null });
  expect(await statusOf(runId)).toBe('RUNNING');
  const events = await transitionsOf(database.db, runId);
  expect(events.map(({ epoch, seq, status }) => [epoch, seq, status])).toEqual([
    [0, 0, 'QUEUED'],
    [1, 1, 'RUNNING'],
  ]);
});

test('a late write changes nothing, neither the row nor the events', async () => {
  const runId = await acceptRun(database);
  await openRun(database.db, runId, TIMING);
  await openRun(database.db, runId, TIMING);
  await writeLifecycle(database.db, write(runId, 2, 1, 'RUNNING'));
  for (const [epoch, seq] of [
    [1, 1],
    [1, 99],
    [2, 0],
  ] as const) {
    await writeLifecycle(database.db, write(runId, epoch, seq, 'STOPPED', { attempt: ENDED }));
  }
  expect(await statusOf(runId)).toBe('RUNNING');
  expect(await transitionsOf(database.db, runId)).toHaveLength(2);
  const late = await writeLifecycle(database.db, write(runId, 1, 5, 'STOPPED'));
  expect(late.applied).toBe(false);
});

test('a repeated write counts as applied and is there once', async () => {
  const runId = await acceptRun(database);
  await openRun(database.db, runId, TIMING);
  const one = write(runId, 1, 1, 'STOPPED', { attempt: ENDED });
  const answers = await Promise.all([1, 2, 3].map(() => writeLifecycle(database.db, one)));
  expect(answers.every((answer) => answer.applied)).toBe(true);
  expect(await transitionsOf(database.db, runId)).toHaveLength(2);
});

test('a run taken over anew begins with the attempt that is on record', async () => {
  const runId = await acceptRun(database);
  await openRun(database.db, runId, TIMING);
  expect(await openRun(database.db, runId, TIMING)).toMatchObject({
    asked: true,
    externalId: null,
  });
  await writeLifecycle(
    database.db,
    write(runId, 2, 1, 'RUNNING', {
      attempt: { attempt: 1, state: 'launched', externalId: 'x', startedAt: null },
    }),
  );
  expect(await openRun(database.db, runId, TIMING)).toMatchObject({
    attempt: 1,
    asked: true,
    externalId: 'x',
    status: 'RUNNING',
  });
  await writeLifecycle(database.db, write(runId, 3, 1, 'NEEDS_RETRY', { attempt: ENDED }));
  expect(await openRun(database.db, runId, TIMING)).toMatchObject({
    attempt: 2,
    asked: false,
    externalId: null,
    admitted: true,
  });
});

test('an end has a time even when the engine gives none', async () => {
  const runId = await acceptRun(database);
  await openRun(database.db, runId, TIMING);
  const end = write(runId, 1, 1, 'STOPPED', {
    run: { status: 'STOPPED', exitCode: 1, exitReason: 'x', finishedAt: null },
    attempt: ENDED,
  });
  await writeLifecycle(database.db, end);
  expect((await findRun(database.db, runId))?.finishedAt).toBeInstanceOf(Date);
});

test('a stop marks a run and its descendants, cycles and all, and spares what is over', async () => {
  const root = await acceptRun(database);
  const child = await acceptRun(database, { parentRunId: root });
  const grandchild = await acceptRun(database, { parentRunId: child });
  const over = await acceptRun(database, { parentRunId: root, status: 'STOPPED' });
  const stranger = await acceptRun(database);
  await database.rows('UPDATE task SET parent_run_id = $1 WHERE run_id = $2', [grandchild, root]);
  const marked = await markStop(database.db, child, 'bob');
  expect(marked.map((run) => run.runId).toSorted()).toEqual([root, child, grandchild].toSorted());
  expect(marked.every((run) => run.stopRequestedBy === 'bob')).toBe(true);
  for (const runId of [over, stranger]) {
    expect((await findRun(database.db, runId))?.stopRequestedAt).toBeNull();
  }
  // The first who asked stays on record.
  await markStop(database.db, root, 'eve');
  expect((await findRun(database.db, root))?.stopRequestedBy).toBe('bob');
});

test('a marked run is not admitted, and each write tells of the mark', async () => {
  const runId = await acceptRun(database);
  await openRun(database.db, runId, TIMING);
  await markStop(database.db, runId, 'bob');
  expect(await admitRun(database.db, runId, 2)).toMatchObject({
    admitted: false,
    stop: { by: 'bob' },
  });
  const written = await writeLifecycle(database.db, write(runId, 1, 1, 'PENDING'));
  expect(written.stop).toEqual({ by: 'bob' });
  const again = await openRun(database.db, runId, TIMING);
  expect(again.ending).toEqual({ kind: 'stop', by: 'bob' });
});

test('a closed run is amended under an epoch of its own, its status kept', async () => {
  const runId = await acceptRun(database);
  await openRun(database.db, runId, TIMING);
  await writeLifecycle(database.db, write(runId, 1, 1, 'STOPPED', { attempt: ENDED }));
  const fields = { exitCode: 3, exitReason: null, runExceptions: ['x'] };
  await amendClosedRun(database.db, runId, fields, 'ada');
  await writeLifecycle(database.db, write(runId, 1, 2, 'RUNNING'));
  expect(await findRun(database.db, runId)).toMatchObject({
    status: 'STOPPED',
    exitCode: 3,
    runExceptions: ['x'],
    epoch: 2,
  });
});

test('a run of another Flotilla is not amended', async () => {
  const runId = await acceptRun(database, { workflowId: null });
  await amendClosedRun(
    database.db,
    runId,
    { exitCode: 3, exitReason: null, runExceptions: null },
    null,
  );
  expect((await findRun(database.db, runId))?.exitCode).toBeNull();
});
