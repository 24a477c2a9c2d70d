import { afterAll, beforeAll, expect, test } from 'vitest';
import { listRuns, listRunsAfter } from '../../db/run-list.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

const RUNS = 12_345;

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  // The statistics know of none of them.
  await database.rows('ALTER TABLE task SET (autovacuum_enabled = false)');
  await database.rows(
    `INSERT INTO task (run_id, alias, queued_at)
     SELECT 'r' || i, CASE WHEN i <= 10000 THEN 'often' ELSE 'rare' END, now()
     FROM generate_series(1, $1::int) AS i`,
    [RUNS],
  );
});
afterAll(() => database.close());

const QUERY = {
  filters: new Map<string, string[]>(),
  env: new Map<string, string>(),
  engines: null,
  sortBy: 'queued_at',
  order: 'desc',
} as const;

test('up to ten thousand are counted', async () => {
  const filters = new Map([['alias', ['often']]]);
  const page = await listRuns(database.db, { ...QUERY, filters, limit: 0, offset: 0 });
  expect(page).toEqual({ total: 10_000, totalIsExact: true, runs: [], next: null });
});

test.each(['without statistics', 'with statistics'])(
  'beyond, %s, whoever goes on while offset < total sees every run',
  async (how) => {
    if (how === 'with statistics') await database.rows('ANALYZE task');
    const limit = 1_000;
    const seen = new Set<string>();
    let page = await listRuns(database.db, { ...QUERY, limit, offset: 0 });
    expect(page.totalIsExact).toBe(false);
    for (let offset = limit; ; offset += limit) {
      page.runs.forEach((run) => seen.add(run.runId));
      if (offset >= page.total) break;
      page = await listRuns(database.db, { ...QUERY, limit, offset });
    }
    expect(seen.size).toBe(RUNS);
    expect(page).toMatchObject({ total: RUNS, totalIsExact: true });
    const behind = await listRuns(database.db, { ...QUERY, limit, offset: RUNS });
    expect(behind).toMatchObject({ runs: [], totalIsExact: false });
    expect(behind.total).toBeLessThanOrEqual(RUNS);
  },
);

test('the estimate is near once there are statistics', async () => {
  await database.rows('ANALYZE task');
  const first = await listRuns(database.db, { ...QUERY, limit: 10, offset: 0 });
  expect(first.total / RUNS).toBeCloseTo(1, 1);
  const after = await listRunsAfter(database.db, { ...QUERY, limit: 10, after: null });
  expect(after.totalIsExact).toBe(false);
  expect(after.total / RUNS).toBeCloseTo(1, 1);
});
