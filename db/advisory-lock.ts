import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';

/** Any number; the same for every process that changes the schema. */
const SCHEMA_LOCK = 7_316_112;
const ASK_AGAIN_MS = 200;

/**
 * Waits until no other process changes the schema, then works. Asks again and again: a session that
 * waits inside pg_advisory_lock holds a snapshot, for which CREATE INDEX CONCURRENTLY in the process
 * that has the lock would wait in turn.
 */
export async function withSchemaLock<T>(client: pg.Client, work: () => Promise<T>): Promise<T> {
  while (!(await tryLock(client))) await sleep(ASK_AGAIN_MS);
  try {
    return await work();
  } finally {
    await client.query('SELECT pg_advisory_unlock($1)', [SCHEMA_LOCK]).catch(() => undefined);
  }
}

async function tryLock(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ mine: boolean }>(
    'SELECT pg_try_advisory_lock($1) AS mine',
    [SCHEMA_LOCK],
  );
  return rows[0]?.mine === true;
}
