import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';

/** Any number; the same for every process that migrates. */
const MIGRATION_LOCK = 7_316_112;

/**
 * Brings the schema up to date, in one transaction; processes that start together wait for each
 * other.
 * @param url connection string of a role that may create tables
 */
export async function migrateDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, application_name: 'flotilla-migrate' });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await migrate(drizzle(client), {
      migrationsFolder: fileURLToPath(new URL('./migrations', import.meta.url)),
      migrationsSchema: 'public',
      migrationsTable: 'flotilla_migration',
    });
  } finally {
    await client.end();
  }
}
