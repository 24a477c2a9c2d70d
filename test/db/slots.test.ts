import { transact } from '../../db/client.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeLifecycle } from '../../db/lifecycle.ts';
import { admitRun, openRun } from '../../db/open-run.ts';
import { regrant } from '../../db/slots.ts';
import { seedCluster } from '../../db/clusters.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { acceptRun, write } from '../support/rows.ts';

let database: TestDatabase;
const TIMING = { stopGraceSeconds: 1, lookSeconds: 60 };

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

let pools = 0;
async function pool(slotLimit: number | null): Promise<string> {
  const name = `pool-${++pools}`;
  await seedCluster(database.db, { name, engine: 'local', region: '', slotLimit });
  return name;
}

async function ask(clusterName: string, queuedAt = new Date()): Promise<[string, boolean]> {
  const runId = await acceptRun(database, { clusterName, queuedAt });
  // As the workflow does: where there is a limit, opening does not admit.
  const { admitted } = await openRun(database.db, runId, TIMING);
  return [runId, admitted || (await admitRun(database.db, runId, 1)).admitted];
}

async function finish(runId: string, status: 'STOPPED' | 'NEEDS_RETRY' = 'STOPPED') {
  const attempt = {
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
  const { grants } = await writeLifecycle(database.db, write(runId, 1, 1, status, { attempt }));
  return grants.map((grant) => grant.runId);
}

const granted = async (name: string): Promise<number> => {
  const [row] = await database.rows<{ n: number }>(
    'SELECT count(*)::int AS n FROM slot WHERE pool = $1 AND granted_at IS NOT NULL',
    [name],
  );
  return row?.n ?? 0;
};

test('without a limit everybody is admitted', async () => {
  const name = await pool(null);
  for (let i = 0; i < 5; i += 1) expect((await ask(name))[1]).toBe(true);
});

test('beyond the limit runs wait, and the end of an attempt admits the one who waits longest', async () => {
  const name = await pool(2);
  const [first] = await ask(name);
  await ask(name);
  const [late, lateAdmitted] = await ask(name, new Date('2030-01-02'));
  const [early, earlyAdmitted] = await ask(name, new Date('2030-01-01'));
  expect([lateAdmitted, earlyAdmitted]).toEqual([false, false]);
  expect(await admitRun(database.db, late, 1)).toMatchObject({
    admitted: false,
    reason: `waiting for a slot on ${name} (1 ahead)`,
  });
  expect(await finish(first)).toEqual([early]);
  expect(await admitRun(database.db, early, 1)).toMatchObject({ admitted: true, asked: false });
  expect((await admitRun(database.db, late, 1)).admitted).toBe(false);
});

test('a retry frees its slot too: it lives no longer than its attempt', async () => {
  const name = await pool(1);
  const [first] = await ask(name);
  const [second] = await ask(name);
  expect(await finish(first, 'NEEDS_RETRY')).toEqual([second]);
  expect(await granted(name)).toBe(1);
});

test('priority goes before age', async () => {
  const name = await pool(1);
  const [first] = await ask(name);
  await ask(name, new Date('2030-01-01'));
  const [urgent] = await ask(name, new Date('2030-01-02'));
  await database.rows('UPDATE slot SET priority = 5 WHERE run_id = $1', [urgent]);
  expect(await finish(first)).toEqual([urgent]);
});

test('a raised limit, or none, lets more in', async () => {
  const name = await pool(1);
  await ask(name);
  const waiting = await Promise.all([ask(name), ask(name), ask(name)]);
  await database.rows('UPDATE cluster_state SET slot_limit = 3 WHERE name = $1', [name]);
  expect(await transact(database.db, (tx) => regrant(tx, name))).toHaveLength(2);
  await database.rows('UPDATE cluster_state SET slot_limit = NULL WHERE name = $1', [name]);
  expect(await transact(database.db, (tx) => regrant(tx, name))).toHaveLength(1);
  expect(waiting.map(([, admitted]) => admitted)).toEqual([false, false, false]);
});

test('nobody starts on a cluster in maintenance, and the run can say why', async () => {
  const name = await pool(null);
  await database.rows(
    "UPDATE cluster_state SET status = 'maintenance', status_reason = 'new nodes' WHERE name = $1",
    [name],
  );
  const [runId, admitted] = await ask(name);
  expect(admitted).toBe(false);
  expect((await admitRun(database.db, runId, 1)).reason).toBe(
    `cluster ${name} is in status maintenance: new nodes`,
  );
});

test('however many ask and end at once, never more than the limit hold a slot', async () => {
  const name = await pool(3);
  const seen: number[] = [];
  const one = async (): Promise<void> => {
    const [runId] = await ask(name);
    while (!(await admitRun(database.db, runId, 1)).admitted) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    seen.push(await granted(name));
    await finish(runId);
  };
  await Promise.all(Array.from({ length: 25 }, one));
  expect(Math.max(...seen)).toBeLessThanOrEqual(3);
  expect(await granted(name)).toBe(0);
});
