import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listDefinitions, listDefinitionsAfter } from '../../db/definition-list.ts';
import type { Position } from '../../db/page.ts';
import {
  listRuns,
  listRunsAfter,
  RUN_SORTS,
  type RunFilter,
  type RunSort,
} from '../../db/run-list.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { acceptRun } from '../support/rows.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  // Equals, rows without a value, and times that differ by a microsecond.
  await database.rows(`
    INSERT INTO task (run_id, alias, group_name, cluster_name, status, queued_at, started_at, finished_at)
    SELECT 'run-' || md5(i::text), 'job-' || i % 3, CASE WHEN i % 4 > 0 THEN 'g' || i % 4 END, 'c',
      CASE WHEN i % 9 = 0 THEN 'RUNNING' ELSE 'STOPPED' END,
      timestamptz '2026-03-01 00:00:00.123456+00' + make_interval(secs => i / 2 * 0.000001),
      CASE WHEN i % 5 > 0 THEN timestamptz '2026-03-01' + make_interval(secs => i % 7) END, NULL
    FROM generate_series(1, 100) AS i`);
  await database.rows(`
    INSERT INTO task_def (definition_id, alias, image, group_name, memory, env)
    SELECT 'def-' || md5(i::text), 'job-' || i, 'img', 'g' || i % 3,
      CASE WHEN i % 4 > 0 THEN i % 4 END, '[]'
    FROM generate_series(1, 40) AS i`);
});
afterAll(() => database.close());

const ALL: RunFilter = { filters: new Map(), env: new Map(), engines: null };
const where = (key: string, ...values: string[]): RunFilter => ({
  ...ALL,
  filters: new Map([[key, values]]),
});
const SORTS = Object.keys(RUN_SORTS) as RunSort[];
const WAYS = SORTS.flatMap((sort) => [[sort, 'asc'] as const, [sort, 'desc'] as const]);

async function throughPositions(
  read: (after: Position | null) => Promise<{ ids: string[]; next: Position | null }>,
): Promise<string[]> {
  const ids: string[] = [];
  let after: Position | null = null;
  do {
    const page: { ids: string[]; next: Position | null } = await read(after);
    ids.push(...page.ids);
    after = page.next;
  } while (after !== null);
  return ids;
}

const runsFrom =
  (sortBy: RunSort, order: 'asc' | 'desc', limit: number) => async (after: Position | null) => {
    const page = await listRunsAfter(database.db, { ...ALL, sortBy, order, limit, after });
    return { ids: page.runs.map((run) => run.runId), next: page.next };
  };

describe('paging', () => {
  test.each(WAYS)(
    'by %s %s shows every run once, those without a value last',
    async (sort, order) => {
      const rows = await database.rows<{ run_id: string }>(
        `SELECT run_id FROM task ORDER BY ${sort} ${order} NULLS LAST, run_id ${order}`,
      );
      const expected = rows.map((row) => row.run_id);
      expect(await throughPositions(runsFrom(sort, order, 7))).toEqual(expected);
      const byOffset: string[] = [];
      for (let offset = 0; offset < expected.length; offset += 7) {
        const query = { ...ALL, sortBy: sort, order, limit: 7, offset };
        byOffset.push(...(await listRuns(database.db, query)).runs.map((run) => run.runId));
      }
      expect(byOffset).toEqual(expected);
    },
  );

  test('by position is not shifted by runs that come in meanwhile', async () => {
    const read = runsFrom('queued_at', 'desc', 30);
    const first = await read(null);
    const newer = await acceptRun(database, { queuedAt: new Date('2026-04-01') });
    const rest = await throughPositions((after) => read(after ?? first.next));
    await database.rows('DELETE FROM task WHERE run_id = $1', [newer]);
    const ids = [...first.ids, ...rest];
    expect(ids).not.toContain(newer);
    expect(new Set(ids).size).toBe(100);
    expect(ids).toHaveLength(100);
  });

  test.each(['group_name', 'alias', 'image', 'memory'] as const)(
    'definitions by %s too',
    async (sortBy) => {
      for (const order of ['asc', 'desc'] as const) {
        const query = { filters: new Map(), env: new Map(), sortBy, order, limit: 7 };
        const ids = await throughPositions(async (after) => {
          const page = await listDefinitionsAfter(database.db, { ...query, after });
          return { ids: page.definitions.map((one) => one.definition_id), next: page.next };
        });
        const whole = await listDefinitions(database.db, { ...query, limit: 100, offset: 0 });
        expect(whole).toMatchObject({ total: 40, totalIsExact: true, next: null });
        expect(ids).toEqual(whole.definitions.map((one) => one.definition_id));
        const rows = await database.rows<{ definition_id: string }>(
          `SELECT definition_id FROM task_def
           ORDER BY ${sortBy} ${order} NULLS LAST, definition_id ${order}`,
        );
        expect(ids).toEqual(rows.map((row) => row.definition_id));
      }
    },
  );

  test.each([
    ['queued_at', 'yesterday'],
    ['queued_at', "2026-13-01T00:00:00.000000'"],
    ['group_name', 'g\0'],
  ] as const)('a position by %s at %j is refused', async (sortBy, value) => {
    const query = { ...ALL, sortBy, order: 'asc', limit: 1, after: { value, id: 'x' } } as const;
    await expect(listRunsAfter(database.db, query)).rejects.toMatchObject({
      code: 'invalid',
      field: 'cursor',
    });
  });
});

describe('filters', () => {
  const ids = async (filter: RunFilter): Promise<string[]> => {
    const query = { ...filter, sortBy: 'run_id', order: 'asc', limit: 100, offset: 0 } as const;
    const page = await listRuns(database.db, query);
    expect(page).toMatchObject({ total: page.runs.length, totalIsExact: true });
    return page.runs.map((run) => run.runId);
  };

  test('a part of a text is taken as it stands, wildcards and all', async () => {
    const alias = String.raw`odd-50%_of\it`;
    const odd = await acceptRun(database, { alias, command: 'a%b', user: 'u%' });
    const plain = await acceptRun(database, { alias: 'odd-50x of it', command: 'axb', user: 'ux' });
    for (const part of ['50%', '%_', String.raw`f\i`, alias]) {
      expect(await ids(where('alias', part))).toEqual([odd]);
    }
    expect(await ids(where('command', 'a%b'))).toEqual([odd]);
    expect(await ids(where('user', 'u%'))).toEqual([odd]);
    expect(await ids(where('user', 'u'))).toEqual([]);
    expect(await ids(where('user_contains', 'u%'))).toEqual([odd]);
    expect((await ids(where('alias', 'odd'))).toSorted()).toEqual([odd, plain].toSorted());
    expect(await ids({ ...where('alias', 'odd'), exact: true })).toEqual([]);
    expect(await ids({ ...where('alias', alias), exact: true })).toEqual([odd]);
    expect(await ids(where('alias', alias, 'odd'))).toEqual([odd]);
    await database.rows(`DELETE FROM task WHERE alias LIKE 'odd%'`);
  });

  test('only texts can be searched for a part', async () => {
    const query = { sortBy: 'run_id', order: 'asc', limit: 1, offset: 0 } as const;
    const search = listRuns(database.db, { ...where('exit_code_contains', '1'), ...query });
    await expect(search).rejects.toMatchObject({ code: 'invalid', field: 'exit_code_contains' });
  });

  test('since and until leave their moment out', async () => {
    const at = '2026-03-01T00:00:03Z';
    const all = (await ids(ALL)).length;
    const [row] = await database.rows<{ at: number; none: number }>(
      `SELECT count(*) FILTER (WHERE started_at = $1)::int AS at,
         count(*) FILTER (WHERE started_at IS NULL)::int AS none FROM task`,
      [at],
    );
    const since = await ids(where('started_at_since', at));
    const until = await ids(where('started_at_until', at));
    expect(row?.at).toBeGreaterThan(0);
    expect(since.length + until.length).toBe(all - (row?.at ?? 0) - (row?.none ?? 0));
  });
});

test('a list that takes too long says what helps', async () => {
  const blocker = await database.pool.connect();
  try {
    await blocker.query('SET idle_in_transaction_session_timeout = 0');
    await blocker.query('BEGIN; LOCK TABLE task IN ACCESS EXCLUSIVE MODE');
    const query = { ...ALL, sortBy: 'run_id', order: 'asc', limit: 1, offset: 0 } as const;
    await expect(listRuns(database.db, query)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/took longer than 4 s; narrow it by definition_id/),
    });
  } finally {
    // Ends the transaction with the connection.
    blocker.release(true);
  }
});
