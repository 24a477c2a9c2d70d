import { afterAll, beforeAll, expect, test } from 'vitest';
import { barAttempt, claimLaunch, registerLaunch, renewLaunch } from '../../db/attempts.ts';
import { saveDefinition } from '../../db/definitions.ts';
import { findLaunch } from '../../db/launch.ts';
import { openRun } from '../../db/open-run.ts';
import { markStop } from '../../db/runs.ts';
import { EMPTY_BODY } from '../../domain/definition.ts';
import type { Sizing } from '../../domain/resources.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { acceptRun } from '../support/rows.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await database.rows(
    `INSERT INTO cluster_state (name, engine, region, capabilities)
     VALUES ('k8s', 'eks', '', '{shared-pool}'), ('k8s', 'eks', '', '{pool-sizing}')`,
  );
});
afterAll(() => database.close());

const SIZING: Sizing = {
  askedCpu: null,
  askedMemory: 100,
  givenCpu: 256,
  givenMemory: 512,
  sizing: 'memory 512 MB (asked: 100 MB): the least that engine eks gives',
};

/** A run whose first attempt may be launched. */
async function opened(more: Parameters<typeof acceptRun>[1] = {}) {
  const runId = await acceptRun(database, { clusterName: 'k8s', engine: 'eks', ...more });
  await openRun(database.db, runId, { stopGraceSeconds: 1, lookSeconds: 60 });
  const ref = { runId, attempt: 1 };
  expect(await claimLaunch(database.db, ref)).toBe(true);
  return ref;
}

const limits = async (runId: string) =>
  (await database.rows('SELECT cpu_limit, memory_limit FROM task WHERE run_id = $1', [runId])).at(
    0,
  );

test('a launch on record says what was asked and given; a repeat does not change it', async () => {
  const ref = await opened();
  expect(await registerLaunch(database.db, ref, 'job', 'manifest', SIZING)).toBe(true);
  const other = { ...SIZING, givenCpu: 1000, givenMemory: 4000 };
  expect(await registerLaunch(database.db, ref, 'job', null, other)).toBe(true);
  expect((await findLaunch(database.db, ref))?.attempts).toEqual([
    {
      attempt: 1,
      failureClass: null,
      askedAt: expect.any(String) as string,
      startedAt: null,
      ...SIZING,
    },
  ]);
  expect(await limits(ref.runId)).toEqual({ cpu_limit: 256, memory_limit: 512 });
});

test('nothing is put on record under another name, nor for a run that is to stop', async () => {
  const ref = await opened();
  await registerLaunch(database.db, ref, 'job', null, SIZING);
  expect(await registerLaunch(database.db, ref, 'another', null, SIZING)).toBe(false);
  const stopping = await opened();
  await markStop(database.db, stopping.runId, 'ada');
  expect(await registerLaunch(database.db, stopping, 'job', null, SIZING)).toBe(false);
  expect(await limits(stopping.runId)).toEqual({ cpu_limit: null, memory_limit: null });
});

test('an attempt has the ports of its definition’s version, and what its cluster can do', async () => {
  const definition = { ...EMPTY_BODY, definition_id: 'd', image: 'i', version: 1 };
  await saveDefinition(database.db, { ...definition, ports: [80, 443] }, 'ada');
  const one = { definitionId: 'd', definitionVersion: 1 };
  const ref = await opened(one);
  await saveDefinition(database.db, { ...definition, version: 2, ports: [8080] }, 'ada');
  expect(await findLaunch(database.db, ref)).toMatchObject({
    definition: { ports: [80, 443] },
    capabilities: ['shared-pool'],
  });
  const old = await opened({ definitionId: 'd' });
  expect((await findLaunch(database.db, old))?.definition?.ports).toEqual([8080]);
  const alone = await opened();
  expect((await findLaunch(database.db, alone))?.definition).toBeNull();
});

test('each time that there was no room, a launch may have begun from then on only', async () => {
  const ref = await opened();
  expect(await claimLaunch(database.db, ref)).toBe(true);
  const askedAt = async () =>
    new Date((await findLaunch(database.db, ref))?.attempts[0]?.askedAt ?? 0).getTime();
  const first = await askedAt();
  await renewLaunch(database.db, ref, new Date(first - 1000));
  expect(await askedAt()).toBe(first);
  await renewLaunch(database.db, ref, new Date(first + 1000));
  expect(await askedAt()).toBe(first + 1000);
  await registerLaunch(database.db, ref, 'job', null, SIZING);
  await renewLaunch(database.db, ref, new Date(first + 9000));
  expect(await askedAt()).toBe(first + 1000);
});

test('an attempt that is barred on record is not registered, and one on record not barred', async () => {
  const [barred, kept] = [await opened(), await opened()];
  await claimLaunch(database.db, barred);
  await barAttempt(database.db, barred);
  expect(await claimLaunch(database.db, barred)).toBe(false);
  expect(await registerLaunch(database.db, barred, 'job', null, SIZING)).toBe(false);
  await registerLaunch(database.db, kept, 'job', null, SIZING);
  await barAttempt(database.db, kept);
  expect(await registerLaunch(database.db, kept, 'job', null, SIZING)).toBe(true);
});
