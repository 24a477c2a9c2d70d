import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createTestDatabase, type TestDatabase } from './database.ts';

/** A database as flotilla-os leaves it, its rows included; our migrations have not seen it. */
export async function createOldDatabase(): Promise<TestDatabase> {
  const database = await createTestDatabase('template0');
  await database.rows(fixture('reference-schema.sql'));
  await database.rows(fixture('reference-rows.sql'));
  return database;
}

function fixture(name: string): string {
  return readFileSync(fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url)), 'utf8');
}

export interface Checksum {
  rows: number;
  sum: string;
}

/** A checksum of each table over the columns that it has now, by table. */
export async function columnsOf(database: TestDatabase): Promise<Map<string, string[]>> {
  const rows = await database.rows<{ table: string; columns: string[] }>(
    `SELECT table_name AS table, array_agg(column_name::text ORDER BY ordinal_position) AS columns
     FROM information_schema.columns WHERE table_schema = 'public' GROUP BY table_name`,
  );
  return new Map(rows.map(({ table, columns }) => [table, columns]));
}

/** Every row of the named columns, as one number a table. */
export async function checksums(
  database: TestDatabase,
  tables: ReadonlyMap<string, readonly string[]>,
  where: Readonly<Record<string, string>> = {},
): Promise<Record<string, Checksum>> {
  const sums: Record<string, Checksum> = {};
  for (const [table, columns] of tables) {
    const list = columns.map((column) => `"${column}"`).join(', ');
    const [row] = await database.rows<Checksum>(
      `SELECT count(*)::int AS rows, coalesce(md5(string_agg(line, '|' ORDER BY line)), '') AS sum
       FROM (SELECT ROW(${list})::text AS line FROM "${table}" WHERE ${where[table] ?? 'true'}) lines`,
    );
    if (row !== undefined) sums[table] = row;
  }
  return sums;
}

/** Where each table lies on disk: another file means that it was rewritten. */
export async function filesOf(database: TestDatabase): Promise<Record<string, number>> {
  const rows = await database.rows<{ name: string; file: number }>(
    `SELECT relname AS name, relfilenode::int AS file FROM pg_class
     WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`,
  );
  return Object.fromEntries(rows.map(({ name, file }) => [name, file]));
}

/** Columns, constraints and indexes of the named tables, in words that do not depend on their age. */
export async function shapeOf(
  database: TestDatabase,
  tables: readonly string[],
): Promise<Record<string, string[]>> {
  const rows = await database.rows<{ table: string; text: string }>(
    `SELECT table_name AS table, concat_ws(' ', 'column', column_name, data_type, udt_name,
       is_nullable, replace(column_default, '(false)', 'false'), identity_generation) AS text
     FROM information_schema.columns WHERE table_schema = 'public'
     UNION ALL SELECT conrelid::regclass::text, concat_ws(' ', 'constraint', conname,
       pg_get_constraintdef(oid)) FROM pg_constraint
     WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
     UNION ALL SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = 'public'`,
  );
  return Object.fromEntries(
    tables.map((table) => [
      table,
      rows
        .filter((row) => row.table === table)
        .map((row) => row.text)
        .toSorted(),
    ]),
  );
}
