import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { openDatabase, type Database } from '../../db/client.ts';
import { TEMPLATE } from './global-setup.ts';

export interface TestDatabase extends Database {
  url: string;
  /** Rows of a statement, for a look from outside. */
  rows<T extends pg.QueryResultRow>(sql: string, values?: unknown[]): Promise<T[]>;
}

/** A fresh database, migrated unless another template is named; dropped by `close`. */
export async function createTestDatabase(template = TEMPLATE): Promise<TestDatabase> {
  const adminUrl = inject('postgresUrl');
  const name = `t_${randomUUID().replaceAll('-', '')}`;
  await asAdmin(adminUrl, `CREATE DATABASE ${name} TEMPLATE ${template}`);
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  const database = openDatabase(patient(url.href), {
    maxConnections: 10,
    applicationName: 'flotilla-test',
    onIdleError: () => undefined,
  });
  return {
    ...database,
    url: url.href,
    async rows<T extends pg.QueryResultRow>(sql: string, values: unknown[] = []) {
      return (await database.pool.query<T>(sql, values)).rows;
    },
    async close() {
      await database.close();
      await asAdmin(adminUrl, `DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}

/** Where the machine is slow: a test that looks or asks has nobody who would try again, as users have. */
export function patient(url: string): string {
  const waiting = new URL(url);
  waiting.searchParams.set('connect_timeout', '30');
  return waiting.href;
}

async function asAdmin(url: string, sql: string): Promise<void> {
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  try {
    await admin.query(sql);
  } finally {
    await admin.end();
  }
}
