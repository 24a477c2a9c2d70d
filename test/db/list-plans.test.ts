import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadManyRuns } from '../../bench/many-runs.ts';
import { lastRunsOf, selectLastRuns } from '../../db/last-runs.ts';
import { runsById, selectById } from '../../db/runs-by-id.ts';
import { selectRuns, type RunFilter, type RunSort } from '../../db/run-list.ts';
import type { Slice } from '../../db/page.ts';
import { selectChanged } from '../../db/changed-runs.ts';
import { currentSnapshot } from '../../db/snapshot.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

const RUNS = 50_000;
/** A page that reads or sorts more costs what its list is long. */
const FEW = RUNS / 10;

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await loadManyRuns(database.url, RUNS);
});
afterAll(() => database.close());

interface Node {
  'Node Type': string;
  'Index Name'?: string;
  'Relation Name'?: string;
  'Plan Rows': number;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  'Subplan Name'?: string;
  Plans?: Node[];
}

interface Looked {
  indexes: string[];
  /** Rows of `task` that were read from beginning to end without an index. */
  scanned: number;
  sorted: number;
  /** Rows that were read, by whichever way. */
  read: number;
}

/** What the statement of a list's page did. */
async function look(
  sortBy: RunSort,
  order: 'asc' | 'desc',
  parameters: string,
  more: Partial<{ offset: number; after: { value: string | null; id: string } }> = {},
): Promise<Looked> {
  const filters = new Map<string, string[]>();
  const env = new Map<string, string>();
  let exit: RunFilter['exit'] = null;
  for (const [key, value] of new URLSearchParams(parameters)) {
    const [name = '', text = ''] = value.split('|');
    if (key === 'env') env.set(name, text);
    else if (key === 'exit') exit = value === 'failed' ? 'failed' : 'succeeded';
    else filters.set(key, [...(filters.get(key) ?? []), value]);
  }
  const query = { filters, env, engines: null, exit, sortBy, order, limit: 50 };
  const slice: Slice =
    more.offset === undefined
      ? { order, limit: 50, after: more.after ?? null }
      : { order, limit: 50, offset: more.offset };
  return explain(selectRuns(database.db, query, slice).toSQL());
}

async function explain({ sql, params }: { sql: string; params: unknown[] }): Promise<Looked> {
  const [row] = await database.rows<{ 'QUERY PLAN': [{ Plan: Node }] }>(
    `EXPLAIN (ANALYZE, FORMAT JSON) ${sql}`,
    params,
  );
  if (row === undefined) throw new Error('no plan');
  return summary(row['QUERY PLAN'][0].Plan);
}

function summary(root: Node): Looked {
  const nodes: Node[] = [];
  const collect = (node: Node): void => {
    nodes.push(node);
    node.Plans?.forEach(collect);
  };
  collect(root);
  const ran = nodes.filter((node) => node['Actual Loops'] > 0);
  const rowsOf = (node: Node): number =>
    (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'];
  const most = (some: Node[]): number => Math.max(0, ...some.map(rowsOf));
  return {
    indexes: [...new Set(nodes.flatMap((node) => node['Index Name'] ?? []))],
    scanned: most(ran.filter((node) => node['Node Type'] === 'Seq Scan')),
    sorted: most(ran.filter((node) => node['Node Type'].endsWith('Sort'))),
    read: most(ran.filter((node) => node['Relation Name'] === 'task')),
  };
}

const BY_TIME = ['queued_at', 'started_at'] as const;

describe('a page without filters reads its index and no more', () => {
  test.each([...BY_TIME, 'finished_at', 'group_name', 'cluster_name', 'status', 'run_id'] as const)(
    'by %s, in both directions',
    async (sortBy) => {
      for (const order of ['asc', 'desc'] as const) {
        const page = await look(sortBy, order, '');
        const index = sortBy === 'run_id' ? 'task_pkey' : `ix_task_by_${sortBy}`;
        expect(page.indexes).toContain(index);
        expect(page.sorted).toBeLessThanOrEqual(110);
        expect(page.scanned).toBeLessThanOrEqual(1_001);
      }
    },
  );

  test.each([
    ['queued_at', { value: '2026-01-01T05:00:00.000000Z', id: 'x' }],
    ['started_at', { value: null, id: 'local-8' }],
    ['group_name', { value: 'team-5', id: 'local-8' }],
  ] as const)('by %s, from a position in the middle', async (sortBy, after) => {
    for (const order of ['asc', 'desc'] as const) {
      const page = await look(sortBy, order, '', { after });
      expect(page.indexes).toContain(`ix_task_by_${sortBy}`);
      expect(page.sorted).toBeLessThanOrEqual(110);
      expect(page.read).toBeLessThanOrEqual(1_001);
    }
  });
});

describe('a page of one value reads the index of that value', () => {
  test.each([
    ['definition_id=team-3-def-43', /definition_/],
    ['cluster_name=gpu', /cluster_/],
    ['cluster_name=retired', /cluster_/],
    ['cluster_name=unknown', /cluster_/],
    ['user=user-17', /user_/],
    ['engine=eks-spark', /engine_/],
    ['engine=unknown', /engine_/],
    ['status=RUNNING', /status/],
    ['status=NEEDS_RETRY', /status/],
    ['status=RUNNING&status=PENDING&status=QUEUED', /status/],
    ['status=RUNNING&cluster_name=gpu', /status/],
    ['engine=eks&status=RUNNING', /status/],
    ['env=PARTITION%7C77', /ix_task_env/],
    ['alias=team-9-job-9&alias=nothing', /alias/],
    ['command=token%20c4ca4238', /ix_task_text/],
    ['image=job-17:v4', /ix_task_text/],
    ['alias=no-such-job', /ix_task_text/],
    ['group_name=no-such-team', /ix_task_text/],
    ['exit_reason=DeadlineExceeded', /ix_task_text/],
  ])('%s', async (parameters, index) => {
    for (const sortBy of BY_TIME) {
      const page = await look(sortBy, 'desc', parameters);
      expect(page.indexes.filter((name) => index.test(name))).not.toEqual([]);
      expect(page.scanned).toBe(0);
      expect(page.sorted).toBeLessThanOrEqual(FEW);
      expect(page.read).toBeLessThanOrEqual(FEW);
    }
  });
});

describe('a page of what most runs have walks the newest', () => {
  test.each([
    'status=STOPPED',
    'cluster_name=default',
    'engine=local',
    'alias=team-',
    'image=registry',
    'env=FLOTILLA_SERVER_MODE%7Cprod',
    'status=STOPPED&cluster_name=batch',
    'queued_at_since=2026-01-01T05:00:00Z',
    'exit=succeeded',
    'exit=failed',
  ])('%s', async (parameters) => {
    for (const sortBy of BY_TIME) {
      const page = await look(sortBy, 'desc', parameters);
      expect(page.sorted).toBeLessThanOrEqual(FEW);
      expect(page.scanned).toBeLessThanOrEqual(FEW);
      expect(page.read).toBeLessThanOrEqual(FEW);
    }
  });
});

test.each(['', '&exit=failed', '&status=STOPPED&cluster_name=gpu'])(
  'a page of what ended in an hour reads that hour, also with "%s"',
  async (more) => {
    const hour = 'finished_at_since=2026-01-01T05:00:00Z&finished_at_until=2026-01-01T06:00:00Z';
    const page = await look('finished_at', 'desc', hour + more);
    expect(page.scanned).toBe(0);
    expect(page.sorted).toBeLessThanOrEqual(FEW);
    expect(page.read).toBeLessThanOrEqual(FEW);
  },
);

test('a deep offset of the old routes reads the index, not the rows', async () => {
  const page = await look('started_at', 'desc', '', { offset: 40_000 });
  expect(page.indexes).toContain('ix_task_by_started_at');
  expect(page.scanned).toBeLessThanOrEqual(10_001);
});

test('a look for what has changed reads that, and not what changed before', async () => {
  const since = await currentSnapshot(database.db);
  const wanted = { limit: 2_000, withEnv: false };
  const nothing = await explain(selectChanged(database.db, since, wanted).toSQL());
  expect(nothing.indexes).toContain('ix_task_changed');
  expect(nothing.read).toBe(0);
  await database.rows(`UPDATE task SET exit_reason = 'x' WHERE cluster_name = 'gpu'`);
  const [gpu] = await database.rows<{ n: number }>(
    `SELECT count(*)::int AS n FROM task WHERE cluster_name = 'gpu'`,
  );
  const some = await explain(selectChanged(database.db, since, wanted).toSQL());
  expect(some.indexes).toContain('ix_task_changed');
  expect(some.scanned).toBe(0);
  expect(some.read).toBeLessThanOrEqual(Math.min(gpu?.n ?? 0, 2_001));
});

test('runs by how their id begins are steps in the primary key', async () => {
  const [some] = await database.rows<{ id: string }>(
    'SELECT run_id AS id FROM task ORDER BY queued_at LIMIT 1 OFFSET 12345',
  );
  const id = some?.id ?? '';
  const random = id.slice(id.indexOf('-') + 1);
  for (const prefix of [id, id.slice(0, -5), random.slice(0, 9), 'local-', 'no-such']) {
    const looked = await explain(selectById(database.db, prefix, 10).toSQL());
    expect(looked.indexes).toEqual(['task_pkey']);
    expect(looked.scanned).toBe(0);
    expect(looked.read).toBeLessThanOrEqual(20);
  }
  for (const prefix of [id, id.slice(0, -5), random, random.slice(0, 12)]) {
    expect((await runsById(database.db, prefix, 10)).map(({ runId }) => runId)).toEqual([id]);
  }
  expect(await runsById(database.db, 'local-%', 10)).toEqual([]);
  expect(await runsById(database.db, 'local-', 7)).toHaveLength(7);
});

test('the last runs of a page of definitions are a step in an index each', async () => {
  const asked = await database.rows<{ id: string }>(
    'SELECT definition_id AS id FROM task_def UNION ALL SELECT $1',
    ['no-such-definition'],
  );
  const ids = asked.map(({ id }) => id);
  const page = await explain(selectLastRuns(database.db, ids).toSQL());
  expect(page.indexes).toContain('ix_task_definition_queued_at');
  expect(page.scanned).toBe(0);
  expect(page.read).toBeLessThanOrEqual(4 * ids.length);
  const last = await lastRunsOf(database.db, ids);
  const there = await database.rows<{ id: string; run: string }>(
    `SELECT DISTINCT ON (definition_id) definition_id AS id, run_id AS run FROM task
     WHERE definition_id = ANY ($1) ORDER BY definition_id, queued_at DESC NULLS LAST, run_id DESC`,
    [ids],
  );
  expect(there.length).toBeGreaterThan(10);
  const found = new Map([...last].map(([id, run]) => [id, run.runId]));
  expect(found).toEqual(new Map(there.map(({ id, run }) => [id, run])));
});
