import pg from 'pg';
import { messageOf } from '../domain/errors.ts';
import { withSchemaLock } from './advisory-lock.ts';

export interface Index {
  /** An index whose definition changes gets a new name: what is there under a name is kept. */
  name: string;
  table: 'task' | 'task_def';
  /** What follows the table's name in CREATE INDEX. */
  definition: string;
  /** Extension that it needs; without it the index is left out. */
  extension?: 'pg_trgm';
}

/**
 * The indexes on tables that may be big when they are adopted. Each list of runs has one that gives
 * its first page without sorting or reading the table; test/db/list-plans.test.ts holds on to which.
 */
export const INDEXES: readonly Index[] = [
  // What reconcile looks for: accepted, but no workflow known to have begun.
  {
    name: 'ix_task_unstarted',
    table: 'task',
    definition: `(queued_at)
      WHERE workflow_id IS NOT NULL AND workflow_started_at IS NULL AND status <> 'STOPPED'`,
  },
  // What the sweep compares with a cluster's list.
  {
    name: 'ix_task_open',
    table: 'task',
    definition: `(cluster_name, run_id) WHERE workflow_id IS NOT NULL AND status <> 'STOPPED'`,
  },
  {
    name: 'ix_task_parent',
    table: 'task',
    definition: '(parent_run_id) WHERE parent_run_id IS NOT NULL',
  },
  {
    name: 'ix_task_idempotence_key',
    table: 'task',
    definition: `(idempotence_key) WHERE idempotence_key IS NOT NULL AND idempotence_key <> ''`,
  },
  {
    name: 'ix_task_command_hash',
    table: 'task',
    definition: '(executable_id, command_hash, queued_at DESC)',
  },
  // What changed since a reader last looked.
  {
    name: 'ix_task_changed',
    table: 'task',
    definition: '(changed_in, run_id) WHERE changed_in IS NOT NULL',
  },
  // Runs that failed, which are few among those that are over.
  {
    name: 'ix_task_failed',
    table: 'task',
    definition: `(queued_at, run_id) WHERE status = 'STOPPED' AND exit_code IS DISTINCT FROM 0`,
  },
  // Each order of the list of runs, in both directions.
  { name: 'ix_task_by_queued_at', table: 'task', definition: '(queued_at, run_id)' },
  { name: 'ix_task_by_started_at', table: 'task', definition: '(started_at, run_id)' },
  { name: 'ix_task_by_finished_at', table: 'task', definition: '(finished_at, run_id)' },
  { name: 'ix_task_by_group_name', table: 'task', definition: '(group_name, run_id)' },
  { name: 'ix_task_by_cluster_name', table: 'task', definition: '(cluster_name, run_id)' },
  { name: 'ix_task_by_status', table: 'task', definition: '(status, run_id)' },
  // The newest of a value, however long ago that was. By definition_id and started_at there is the
  // reference's.
  ...newest('definition', 'definition_id', ['queued_at']),
  ...newest('alias', 'alias', ['queued_at']),
  ...newest('group', 'group_name', ['queued_at']),
  ...newest('cluster', 'cluster_name', ['queued_at', 'started_at']),
  ...newest('user', '"user"', ['queued_at', 'started_at']),
  ...newest('engine', 'engine', ['queued_at', 'started_at']),
  // Texts by how they begin, whatever the collation.
  ...['alias', 'group_name', 'image'].map((column): Index => ({
    name: `ix_task_def_${column}_begins`,
    table: 'task_def',
    definition: `(${column} text_pattern_ops)`,
  })),
  // Texts that are looked for anywhere in a column. A short pending list, for every search reads it.
  {
    name: 'ix_task_text',
    table: 'task',
    definition: `USING gin (alias gin_trgm_ops, image gin_trgm_ops, group_name gin_trgm_ops,
      command gin_trgm_ops, exit_reason gin_trgm_ops) WITH (gin_pending_list_limit = 1024)`,
    extension: 'pg_trgm',
  },
];

function newest(name: string, column: string, times: readonly string[]): Index[] {
  return times.map((time) => ({
    name: `ix_task_${name}_${time}`,
    table: 'task',
    definition: `(${column}, ${time}, run_id)`,
  }));
}

const PROGRESS_MS = 5_000;
/** Quicker builds are not worth a line. */
const WORTH_TELLING_MS = 1_000;

/**
 * Makes the indexes that are missing, one by one and without keeping anybody from writing; what an
 * interrupted build has left is made anew. Processes that start together wait for each other.
 * @param url connection string of a role that owns the tables
 * @param say told what takes a while and what cannot be built
 */
export async function ensureIndexes(url: string, say: (text: string) => void): Promise<void> {
  const client = new pg.Client({ connectionString: url, application_name: 'flotilla-indexes' });
  // A connection that is lost fails the statement; without a listener it would end the process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query('SET statement_timeout = 0; SET lock_timeout = 0');
    await withSchemaLock(client, async () => {
      const missing = await missingIndexes(client);
      const trouble = await extensionTrouble(client, missing);
      if (trouble !== null) say(trouble);
      const buildable = missing.filter((one) => trouble === null || one.extension === undefined);
      for (const [at, index] of buildable.entries()) {
        const which = `index ${index.name} (${at + 1} of ${buildable.length})`;
        await build(client, index, url, (text) => say(`${which}: ${text}`));
      }
    });
  } finally {
    await client.end();
  }
}

/** The indexes that are not there, those of an interrupted build dropped. */
async function missingIndexes(client: pg.Client): Promise<Index[]> {
  const { rows } = await client.query<{ name: string; valid: boolean }>(
    `SELECT i.relname AS name, x.indisvalid AS valid
     FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
     WHERE x.indrelid IN ('task'::regclass, 'task_def'::regclass)`,
  );
  const valid = new Map(rows.map((row) => [row.name, row.valid]));
  const missing = INDEXES.filter(({ name }) => valid.get(name) !== true);
  for (const { name } of missing) {
    // Only who has the schema lock builds them: an invalid one is nobody's work in progress.
    if (valid.has(name)) await client.query(`DROP INDEX CONCURRENTLY IF EXISTS ${name}`);
  }
  return missing;
}

/** Why the indexes that need an extension cannot be had; null when they can. */
async function extensionTrouble(
  client: pg.Client,
  indexes: readonly Index[],
): Promise<string | null> {
  if (!indexes.some((index) => index.extension === 'pg_trgm')) return null;
  const consequence =
    'filters by a part of a text will read the whole table, and give up when that takes too long';
  try {
    await client.query('CREATE EXTENSION IF NOT EXISTS pg_trgm');
  } catch (error) {
    return `the extension pg_trgm cannot be installed (${messageOf(error)}): ${consequence}`;
  }
  const { rowCount } = await client.query(
    `SELECT 1 FROM pg_opclass WHERE opcname = 'gin_trgm_ops' AND pg_opclass_is_visible(oid)`,
  );
  if (rowCount !== 0) return null;
  return `the extension pg_trgm is in a schema outside this role's search_path: ${consequence}`;
}

async function build(
  client: pg.Client,
  index: Index,
  url: string,
  say: (text: string) => void,
): Promise<void> {
  const began = performance.now();
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const timer = setInterval(() => {
    progressOf(url, rows[0]?.pid ?? 0).then(
      (progress) => progress !== null && say(progress),
      () => undefined,
    );
  }, PROGRESS_MS);
  try {
    await client.query(
      `CREATE INDEX CONCURRENTLY IF NOT EXISTS ${index.name} ON ${index.table} ${index.definition}`,
    );
  } finally {
    clearInterval(timer);
  }
  const took = performance.now() - began;
  if (took > WORTH_TELLING_MS) say(`built in ${(took / 1000).toFixed(0)} s`);
}

/** What a build is at, also when it waits for somebody's transaction. */
async function progressOf(url: string, pid: number): Promise<string | null> {
  const client = new pg.Client({ connectionString: url, application_name: 'flotilla-indexes' });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<{ phase: string; percent: number | null }>(
      `SELECT phase, round(100.0 * blocks_done / nullif(blocks_total, 0))::int AS percent
       FROM pg_stat_progress_create_index WHERE pid = $1`,
      [pid],
    );
    const [row] = rows;
    if (row === undefined) return null;
    return row.percent === null ? row.phase : `${row.phase}, ${row.percent} %`;
  } finally {
    await client.end();
  }
}
