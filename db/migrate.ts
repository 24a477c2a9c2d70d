import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';
import { withSchemaLock } from './advisory-lock.ts';
import { ensureIndexes } from './indexes.ts';
import { refuseOlderReference } from './reference.ts';
import { withShortLocks, type Patience } from './short-locks.ts';

/**
 * Brings the schema up to date, in one transaction, and then the indexes; processes that start
 * together wait for each other. Safe while a service uses the database: see short-locks.ts.
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
      await withShortLocks(client, () => applyMigrations(client), say, patience);
    });
  } finally {
    await client.end();
  }
  await ensureIndexes(url, say);
}

async function applyMigrations(client: pg.Client): Promise<void> {
  await migrate(drizzle(client), {
    migrationsFolder: fileURLToPath(new URL('./migrations', import.meta.url)),
    migrationsSchema: 'public',
    migrationsTable: 'flotilla_migration',
  });
}
