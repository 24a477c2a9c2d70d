import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';
import { refuseOlderReference } from './reference.ts';
import { withShortLocks, type ShortLockOptions } from './short-locks.ts';

/** Any number; the same for every process that migrates. */
const MIGRATION_LOCK = 7_316_112;

/**
 * Brings the schema up to date, in one transaction; processes that start together wait for each
 * other. Safe while a service uses the database: see short-locks.ts.
 * @param url connection string of a role that may create tables and, where flotilla-os made them,
 *   owns the tables there are
 * @throws FlotillaError `conflict` (a database of an older flotilla-os), `unavailable` (no moment
 *   without somebody else's lock)
 */
export async function migrateDatabase(url: string, options: ShortLockOptions = {}): Promise<void> {
  const client = new pg.Client({ connectionString: url, application_name: 'flotilla-migrate' });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await refuseOlderReference(client);
    await withShortLocks(client, () => applyMigrations(client), options);
  } finally {
    await client.end();
  }
}

async function applyMigrations(client: pg.Client): Promise<void> {
  await migrate(drizzle(client), {
    migrationsFolder: fileURLToPath(new URL('./migrations', import.meta.url)),
    migrationsSchema: 'public',
    migrationsTable: 'flotilla_migration',
  });
}
