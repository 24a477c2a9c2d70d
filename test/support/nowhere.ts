import { expect } from 'vitest';
import type { TestDatabase } from './database.ts';

/** Expects that no row of any table has a text in it. */
export async function expectNowhere(database: TestDatabase, text: string): Promise<void> {
  const tables = await database.rows<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
     WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
  );
  expect(tables.length).toBeGreaterThan(5);
  for (const { name } of tables) {
    const holding = `SELECT '${name}' AS name FROM ${name} AS row WHERE row::text LIKE $1`;
    expect(await database.rows(holding, [`%${text}%`])).toEqual([]);
  }
}
