import { fileURLToPath } from 'node:url';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import pg from 'pg';
import { withSchemaLock } from './advisory-lock.ts';
import { ensureIndexes } from './indexes.ts';
import { refuseOlderReference } from './reference.ts';
import { withShortLocks, type Patience } from './short-locks.ts';

const MIGRATIONS = fileURLToPath(new URL('./migrations', import.meta.url));

/**
 * Brings the schema up to date, each migration in a transaction of its own, and then the indexes;
 * processes that start together wait for each other. Safe while a service uses the database: see
 * short-locks.ts.
 * @param url connection string of a role that may create tables and, where flotilla-os made them,
 *   owns the tables there are
 * @param say told what takes a while
 * @throws FlotillaError `conflict` (a database of an older flotilla-os), `unavailable` (no moment
 *   without somebody else's lock)
 */
export async function migrateDatabase(
  url: string,
  say: (text: string) => void = () => undefined,
  patience: Patience = {},
): Promise<void> {
  const client = new pg.Client({ connectionString: url, application_name: 'flotilla-migrate' });
  // A connection that is lost fails the statement; without a listener it would end the process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await withSchemaLock(client, async () => {
      await refuseOlderReference(client);
      await applyMigrations(client, say, patience);
    });
  } finally {
    await client.end();
  }
  await ensureIndexes(url, say);
}

/** Reads the files and keeps the table of drizzle-orm's migrator, which would hold its locks for longer. */
async function applyMigrations(
  client: pg.Client,
  say: (text: string) => void,
  patience: Patience,
): Promise<void> {
  await client.query(`CREATE TABLE IF NOT EXISTS flotilla_migration (
    id serial PRIMARY KEY, hash text NOT NULL, created_at bigint)`);
  const { rows } = await client.query<{ last: string | null }>(
    'SELECT max(created_at) AS last FROM flotilla_migration',
  );
  const last = Number(rows[0]?.last ?? 0);
  for (const { sql, hash, folderMillis } of readMigrationFiles({ migrationsFolder: MIGRATIONS })) {
    if (folderMillis <= last) continue;
    const note = `INSERT INTO flotilla_migration (hash, created_at)
      VALUES (${client.escapeLiteral(hash)}, ${folderMillis})`;
    // One message is one transaction (the simple query protocol), which waits for nobody here between
    // its statements: others wait for its locks meanwhile.
    const message = [...sql, note].join('\n;\n');
    await withShortLocks(client, () => client.query(message), say, patience);
  }
}
