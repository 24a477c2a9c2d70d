import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';
import { withSchemaLock } from './advisory-lock.ts';
import { ensureIndexes } from './indexes.ts';

/**
 * Brings the schema up to date, in one transaction, and then the indexes; processes that start
 * together wait for each other.
 * @param url connection string of a role that may create tables
 * @param say told what takes a while
 */
export async function migrateDatabase(
  url: string,
  say: (text: string) => void = () => undefined,
): Promise<void> {
  const client = new pg.Client({ connectionString: url, application_name: 'flotilla-migrate' });
  await client.connect();
  try {
    await withSchemaLock(client, () =>
      migrate(drizzle(client), {
        migrationsFolder: fileURLToPath(new URL('./migrations', import.meta.url)),
        migrationsSchema: 'public',
        migrationsTable: 'flotilla_migration',
      }),
    );
  } finally {
    await client.end();
  }
  await ensureIndexes(url, say);
}
