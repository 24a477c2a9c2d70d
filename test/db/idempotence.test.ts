import { transact } from '../../db/client.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { claimKey } from '../../db/idempotence.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { acceptRun } from '../support/rows.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

const claim = (key: string, runId: string): Promise<string> =>
  transact(database.db, (tx) => claimKey(tx, key, runId));

async function holder(key: string, more: Parameters<typeof acceptRun>[1] = {}): Promise<string> {
  const runId = await acceptRun(database, more);
  expect(await claim(key, runId)).toBe(runId);
  return runId;
}

test.each([
  ['live', { status: 'RUNNING' as const }, false],
  ['live and old', { status: 'RUNNING' as const, queuedAt: new Date(0) }, false],
  ['successful', { status: 'STOPPED' as const, exitCode: 0 }, false],
  ['over without a code', { status: 'STOPPED' as const, exitCode: null }, false],
  ['failed', { status: 'STOPPED' as const, exitCode: 3 }, true],
  ['successful and old', { status: 'STOPPED' as const, exitCode: 0, queuedAt: new Date(0) }, true],
])('the key of a run that is %s', async (what, state, free) => {
  const first = await holder(`key ${what}`, state);
  expect(await claim(`key ${what}`, 'local-second')).toBe(free ? 'local-second' : first);
});

test('of fifty at once, one gets the key', async () => {
  const runs = await Promise.all(Array.from({ length: 50 }, () => acceptRun(database)));
  const holders = await Promise.all(runs.map((runId) => claim('contended', runId)));
  expect(new Set(holders).size).toBe(1);
});

test('of fifty at once, one gets the key of a failed run', async () => {
  await holder('retried', { status: 'STOPPED', exitCode: 1 });
  const runs = await Promise.all(Array.from({ length: 50 }, () => acceptRun(database)));
  const holders = await Promise.all(runs.map((runId) => claim('retried', runId)));
  expect(new Set(holders).size).toBe(1);
  expect(runs).toContain(holders[0]);
});

test('a claim that is rolled back is none', async () => {
  const runId = await acceptRun(database);
  await expect(
    transact(database.db, async (tx) => {
      await claimKey(tx, 'rolled back', 'local-lost');
      throw new Error('crash');
    }),
  ).rejects.toThrow('crash');
  expect(await claim('rolled back', runId)).toBe(runId);
});
