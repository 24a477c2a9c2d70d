import { getTableColumns, getTableName, isTable } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { migrateDatabase } from '../../db/migrate.ts';
import * as schema from '../../db/schema.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

const exported: unknown[] = Object.values(schema);
const TABLES = exported.filter((value): value is PgTable => isTable(value));

test.each(TABLES.map((table) => [getTableName(table), table] as const))(
  'the table %s has the columns that the code names, and no others',
  async (name, table) => {
    const rows = await database.rows<{ name: string; optional: boolean }>(
      `SELECT column_name AS name, is_nullable = 'YES' AS optional
       FROM information_schema.columns WHERE table_schema = 'public' AND table_name = $1`,
      [name],
    );
    const columns = Object.values(getTableColumns(table));
    const inCode = columns.map((column) => `${column.name} ${column.notNull}`);
    const inDatabase = rows.map((row) => `${row.name} ${!row.optional}`);
    expect(inDatabase.toSorted()).toEqual(inCode.toSorted());
  },
);

test('migrating again, also by several at once, changes nothing', async () => {
  await Promise.all([1, 2, 3].map(() => migrateDatabase(database.url)));
  const [row] = await database.rows<{ n: number }>(
    'SELECT count(*)::int AS n FROM flotilla_migration',
  );
  expect(row?.n).toBe(6);
});
