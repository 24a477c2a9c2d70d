import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterEach, describe, expect, test } from 'vitest';
import { findCluster } from '../../db/clusters.ts';
import { INDEXES } from '../../db/indexes.ts';
import { migrateDatabase } from '../../db/migrate.ts';
import { admitRun, openRun } from '../../db/open-run.ts';
import { appendPodEvents, findRun } from '../../db/runs.ts';
import { checksums, columnsOf, createOldDatabase, filesOf, shapeOf } from '../support/adopted.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { OldFlotilla } from '../support/old-flotilla.ts';
import { acceptRun } from '../support/rows.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

async function oldDatabase(): Promise<TestDatabase> {
  const database = await createOldDatabase();
  closers.push(() => database.close());
  return database;
}

function oldFlotilla(database: TestDatabase): OldFlotilla {
  const old = new OldFlotilla(database.url);
  closers.push(() => old.close());
  return old;
}

describe('migrating a database of flotilla-os', () => {
  test('loses and changes nothing, and rewrites no table', async () => {
    const database = await oldDatabase();
    const columns = await columnsOf(database);
    const [before, filesBefore] = [await checksums(database, columns), await filesOf(database)];
    expect(before).toMatchObject({ task: { rows: 5009 }, flyway_schema_history: { rows: 26 } });
    await migrateDatabase(database.url);
    expect(await checksums(database, columns)).toEqual(before);
    expect(await filesOf(database)).toMatchObject(filesBefore);
  });

  test('a second time does nothing', async () => {
    const database = await oldDatabase();
    await migrateDatabase(database.url);
    const columns = await columnsOf(database);
    const [before, filesBefore] = [await checksums(database, columns), await filesOf(database)];
    await migrateDatabase(database.url);
    expect(await checksums(database, columns)).toEqual(before);
    expect(await filesOf(database)).toEqual(filesBefore);
  });

  test('leads to the schema that a fresh database has', async () => {
    const [database, fresh] = [await oldDatabase(), await createTestDatabase()];
    closers.push(() => fresh.close());
    await migrateDatabase(database.url);
    const tables = [...(await columnsOf(fresh)).keys()].toSorted();
    expect(tables).toContain('task');
    expect(await shapeOf(database, tables)).toEqual(await shapeOf(fresh, tables));
  });

  test('no row becomes ours', async () => {
    const database = await oldDatabase();
    await migrateDatabase(database.url);
    expect(
      await database.rows(
        `SELECT DISTINCT workflow_id, workflow_started_at, epoch, seq, parent_run_id,
           stop_requested_at, stop_requested_by, definition_version FROM task`,
      ),
    ).toEqual([
      {
        ...{ workflow_id: null, workflow_started_at: null, epoch: 0, seq: 0, parent_run_id: null },
        ...{ stop_requested_at: null, stop_requested_by: null, definition_version: null },
      },
    ]);
  });

  test('one of an older flotilla-os is refused, naming what it lacks', async () => {
    const database = await oldDatabase();
    await database.rows('ALTER TABLE task DROP COLUMN tier, DROP COLUMN service_account');
    await expect(migrateDatabase(database.url)).rejects.toThrow(
      'it lacks task.service_account, task.tier; apply the newest migrations of flotilla-os first',
    );
    expect((await columnsOf(database)).has('flotilla_migration')).toBe(false);
  });
});

describe('while flotilla-os goes on', () => {
  /**
   * For a busy machine: what must hold is the half second within which it reads a status, which its
   * own lock_timeout enforces.
   */
  const BOUND_MS = 2_000;

  async function work(old: OldFlotilla, round: number): Promise<void> {
    const runId = await old.createRun({ idempotence_key: `round ${round}` });
    await old.updateRun(runId, { status: 'RUNNING', started_at: new Date() });
    expect(await old.runStatus(runId)).toBe('RUNNING');
    await old.updateRun(runId, { status: 'STOPPED', exit_code: 0, finished_at: new Date() });
    expect(await old.keyHolder(`round ${round}`)).toBe(runId);
    const definition = await old.createDefinition(`alias ${round} ${runId}`);
    await old.updateDefinition(definition, 'other');
    await old.createRun({ definition_id: definition });
    await old.deleteDefinition(definition);
    await old.openRuns();
    await old.clusters();
    await old.workers();
  }

  test('its statements succeed during the migration, and none waits long', async () => {
    const database = await oldDatabase();
    const old = oldFlotilla(database);
    let migrated = false;
    let rounds = 0;
    const lanes = [1, 2, 3].map(async (lane) => {
      for (let after = 0; after < 5; after += migrated ? 1 : 0) {
        await work(old, lane * 1000 + rounds);
        rounds += 1;
      }
    });
    // A reader that is never in the middle of something else measures how long others wait.
    const waits: number[] = [];
    const probe = (async () => {
      while (!migrated) {
        const began = performance.now();
        await old.runStatus('eks-running');
        waits.push(performance.now() - began);
        await sleep(5);
      }
    })();
    await sleep(200);
    await migrateDatabase(database.url);
    migrated = true;
    await Promise.all([...lanes, probe]);
    expect(rounds).toBeGreaterThan(15);
    expect(Math.max(...waits)).toBeLessThan(BOUND_MS);
  });

  test('a long transaction of its delays the migration, not its other statements', async () => {
    const database = await oldDatabase();
    const old = oldFlotilla(database);
    const report = new pg.Client({
      connectionString: database.url,
      application_name: 'long report',
    });
    await report.connect();
    closers.push(() => report.end());
    await report.query('BEGIN');
    await report.query('SELECT count(*) FROM task');
    const said: string[] = [];
    const migrating = migrateDatabase(database.url, (text) => said.push(text), {
      betweenTriesMs: 100,
    });
    const waits: number[] = [];
    while (said.length < 3) {
      const began = performance.now();
      await old.updateRun('eks-running', { max_memory_used: waits.length });
      await old.runStatus('eks-running');
      waits.push(performance.now() - began);
      await sleep(20);
    }
    await report.query('COMMIT');
    await migrating;
    expect(said[0]).toMatch(
      /^a table is in use by pid \d+ \(long report, idle in transaction since/,
    );
    expect(Math.max(...waits)).toBeLessThan(BOUND_MS);
    expect((await columnsOf(database)).get('task')).toContain('workflow_id');
  });

  test('an index whose build was interrupted is built by the next migration', async () => {
    const database = await oldDatabase();
    const old = oldFlotilla(database);
    // A snapshot from before the build, for which every concurrent build waits before its end.
    const report = new pg.Client({ connectionString: database.url });
    await report.connect();
    closers.push(() => report.end());
    await report.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1');
    const interrupted = migrateDatabase(database.url).catch((error: unknown) => error);
    const builder = await eventually('an index is being built', async () => {
      const rows = await database.rows<{ pid: number }>(
        `SELECT pid FROM pg_stat_progress_create_index WHERE phase LIKE 'waiting for old snapshots'
           AND datname = current_database()`,
      );
      return rows[0]?.pid;
    });
    await work(old, 1);
    await database.rows('SELECT pg_terminate_backend($1)', [builder]);
    expect(await interrupted).toBeInstanceOf(Error);
    const invalid = () =>
      database.rows(
        `SELECT indexrelid::regclass FROM pg_index WHERE NOT indisvalid AND indrelid = 'task'::regclass`,
      );
    expect(await invalid()).toHaveLength(1);
    await report.query('COMMIT');
    await migrateDatabase(database.url);
    expect(await invalid()).toEqual([]);
    const there = await database.rows<{ name: string }>(
      'SELECT indexrelid::regclass::text AS name FROM pg_index',
    );
    const names = there.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(INDEXES.map(({ name }) => name)));
  });

  test('one that never ends ends the migration instead, which changed nothing', async () => {
    const database = await oldDatabase();
    const columns = await columnsOf(database);
    const report = new pg.Client({ connectionString: database.url });
    await report.connect();
    closers.push(() => report.end());
    await report.query('BEGIN; SELECT 1 FROM task LIMIT 1');
    await expect(
      migrateDatabase(database.url, () => undefined, { tries: 2, betweenTriesMs: 10 }),
    ).rejects.toThrow(/a table is in use by pid \d+ \(no name.*nothing was left half done/);
    await report.query('COMMIT');
    expect((await columnsOf(database)).get('task')).toEqual(columns.get('task'));
    await migrateDatabase(database.url);
  });

  test('after one that gave up half way, the next goes on from there', async () => {
    const database = await oldDatabase();
    const report = new pg.Client({
      connectionString: database.url,
      application_name: 'long report',
    });
    await report.connect();
    closers.push(() => report.end());
    // The first migrations need nothing of this table that a reader bars.
    await report.query('BEGIN; SELECT 1 FROM template LIMIT 1');
    const done = () =>
      database.rows<{ hash: string }>('SELECT hash FROM flotilla_migration ORDER BY id');
    await expect(
      migrateDatabase(database.url, () => undefined, { tries: 2, betweenTriesMs: 10 }),
    ).rejects.toThrow('long report');
    const before = await done();
    expect(before.length).toBeGreaterThan(1);
    await report.query('COMMIT');
    await migrateDatabase(database.url);
    const after = await done();
    expect(after.slice(0, before.length)).toEqual(before);
    expect(new Set(after.map(({ hash }) => hash)).size).toBe(after.length);
    expect((await columnsOf(database)).get('template')).toContain('created_by');
  });

  test('where it wrote that nothing happened, what happens is the first event', async () => {
    const database = await oldDatabase();
    await migrateDatabase(database.url);
    const runId = await oldFlotilla(database).createRun();
    const event = { event_type: 'Normal', reason: 'Late', source_object: 'a', message: 'b' };
    for (const _ of [1, 2]) await appendPodEvents(database.db, runId, [event]);
    expect((await findRun(database.db, runId))?.podEvents).toEqual([event]);
  });

  test('of its clusters with one name the oldest counts, whichever was written last', async () => {
    const database = await oldDatabase();
    await migrateDatabase(database.url);
    for (const order of ['ASC', 'DESC']) {
      await database.rows(
        `UPDATE cluster_state SET updated_at = now() WHERE id =
           (SELECT id FROM cluster_state WHERE name = 'old' ORDER BY id ${order} LIMIT 1)`,
      );
      expect(await findCluster(database.db, 'old')).toMatchObject({ status: 'active' });
      const runId = await acceptRun(database, { clusterName: 'old' });
      const timing = { stopGraceSeconds: 1, lookSeconds: 60 };
      expect(await openRun(database.db, runId, timing)).toMatchObject({ admitted: true });
      expect(await admitRun(database.db, runId, 2)).toMatchObject({ admitted: true });
    }
  });

  test('afterwards everything of its works as before', async () => {
    const database = await oldDatabase();
    const old = oldFlotilla(database);
    await migrateDatabase(database.url);
    for (const round of [1, 2]) await work(old, round);
    await old.createCluster('new');
    await old.seedWorkers();
    expect(await old.clusters()).toEqual(['gone', 'new', 'old', 'old']);
    expect(await old.workers()).toHaveLength(9);
    expect(await old.openRuns()).toEqual(['eks-running', 'eks-queued', 'eks-spark-pending']);
    await old.deleteDefinition('etl-1');
    const [left] = await database.rows<{ n: number }>('SELECT count(*)::int AS n FROM task');
    expect(left?.n).toBe(5);
  });
});
