import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { FlotillaError } from '../domain/errors.ts';
import { sqlState } from './errors.ts';

/**
 * Whoever waits for a strong lock holds up everybody behind it, so: briefly, and again. Below the
 * 500 ms within which flotilla-os must read a run's status.
 */
const WAIT_MS = 300;
/** Every tenth time beyond deadlock_timeout (1 s): then Postgres ends an autovacuum in the way. */
const LONG_WAIT_MS = 1_500;
const TRIES = 200;
const BETWEEN_TRIES_MS = 500;

const LOCK_NOT_AVAILABLE = '55P03';
const DEADLOCK = '40P01';

export interface Patience {
  tries?: number;
  betweenTriesMs?: number;
}

/**
 * Does work that needs strong locks on tables in use. Each try is a transaction of the work's own,
 * which gives up as soon as a lock is not to be had.
 * @param say told of each try that found a lock held
 * @throws FlotillaError `unavailable` naming who holds the lock, when there was no moment for it
 */
export async function withShortLocks(
  client: pg.Client,
  work: () => Promise<unknown>,
  say: (text: string) => void,
  patience: Patience = {},
): Promise<void> {
  const { tries = TRIES, betweenTriesMs = BETWEEN_TRIES_MS } = patience;
  for (let attempt = 1; ; attempt += 1) {
    const wait = attempt % 10 === 0 ? LONG_WAIT_MS : WAIT_MS;
    await client.query(`SET lock_timeout = ${wait}`);
    try {
      await work();
      await client.query('RESET lock_timeout');
      return;
    } catch (error) {
      const state = sqlState(error);
      if (state !== LOCK_NOT_AVAILABLE && state !== DEADLOCK) throw error;
      const text = `a table is in use${await holders(client)}`;
      if (attempt >= tries) {
        throw new FlotillaError(
          'unavailable',
          `${text}; nothing was left half done, call it again`,
          { cause: error },
        );
      }
      say(`${text}; trying again`);
      await sleep(betweenTriesMs);
    }
  }
}

/** Other sessions' locks on the tables that migrations change, the oldest transaction first. */
async function holders(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ text: string }>(`
    SELECT DISTINCT ON (a.xact_start, a.pid) format('pid %s (%s, %s since %s)', a.pid,
      coalesce(nullif(a.application_name, ''), 'no name'), a.state,
      to_char(a.xact_start, 'HH24:MI:SS')) AS text
    FROM pg_locks l JOIN pg_stat_activity a USING (pid)
    WHERE l.relation IN (to_regclass('task'), to_regclass('task_def'), to_regclass('cluster_state'),
        to_regclass('template'))
      AND l.granted AND a.pid <> pg_backend_pid()
    ORDER BY a.xact_start, a.pid LIMIT 3`);
  return rows.length === 0 ? '' : ` by ${rows.map((row) => row.text).join(', ')}`;
}
