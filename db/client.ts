import { setTimeout as sleep } from 'node:timers/promises';
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { messageOf } from '../domain/errors.ts';

/**
 * Milliseconds after which the server gives up on a statement. Below the 5 s that a lifecycle write
 * has in its activity, so that a write whose caller gave up cannot land later.
 */
export const STATEMENT_TIMEOUT_MS = 4_000;
/** Unless the URL says otherwise. */
const CONNECT_TIMEOUT_MS = 3_000;
const ASK_AGAIN_MS = 1_000;

type Drizzle = NodePgDatabase & { $client: pg.Pool };

/**
 * The database. Its own `transaction` is not to be used: it does not give the connection back when
 * BEGIN fails (drizzle-orm 0.45, node-postgres/session.js), so that an outage would use up the pool.
 */
export type Db = Omit<Drizzle, 'transaction'>;
/** A transaction, or the database itself. */
export type Tx = Pick<Db, 'select' | 'insert' | 'update' | 'delete' | 'execute'> & {
  $client: pg.Pool | pg.PoolClient;
};

/** Runs work in a transaction; an error rolls it back. */
export async function transact<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  const client = await db.$client.connect();
  let broken: Error | undefined;
  try {
    await client.query('BEGIN');
    const result = await work(drizzle(client));
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch((failure: Error) => {
      broken = failure;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}

export interface Database {
  db: Db;
  pool: pg.Pool;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  maxConnections: number;
  applicationName: string;
  /** Idle connections fail when the database restarts; the pool replaces them. */
  onIdleError(error: Error): void;
}

/**
 * Milliseconds that it may take until there is a connection, 0 for no limit: by the URL's `connect_timeout` in
 * seconds, as libpq has it (PostgreSQL's documentation, Database Connection Control Functions).
 */
export function connectTimeoutOf(url: string): number {
  const seconds = /[?&]connect_timeout=(\d+)/.exec(url)?.[1];
  return seconds === undefined ? CONNECT_TIMEOUT_MS : Number(seconds) * 1_000;
}

export function openDatabase(url: string, options: DatabaseOptions): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: options.maxConnections,
    application_name: options.applicationName,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    connectionTimeoutMillis: connectTimeoutOf(url),
    idle_in_transaction_session_timeout: STATEMENT_TIMEOUT_MS,
    keepAlive: true,
  });
  let closing = false;
  // end() returns before its sockets are closed; what they then say is no news.
  const lost = (error: Error): void => void (closing || options.onIdleError(error));
  pool.on('error', lost);
  // The pool listens only to clients that are idle; one in a transaction, between two statements,
  // would end the process with its error.
  pool.on('connect', (client) => client.on('error', lost));
  const close = (): Promise<void> => {
    closing = true;
    return pool.end();
  };
  return { db: drizzle(pool), pool, close };
}

/** Waits until the database answers, however long it is away. */
export async function waitForDatabase(
  database: Database,
  warn: (text: string) => void,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    try {
      await database.pool.query('SELECT 1');
      return;
    } catch (error) {
      warn(`the database is not reachable: ${messageOf(error)}`);
      await sleep(ASK_AGAIN_MS, undefined, { signal });
    }
  }
}
