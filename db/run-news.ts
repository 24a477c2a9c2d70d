import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { messageOf } from '../domain/errors.ts';
import { connectTimeoutOf, type Db } from './client.ts';

const CHANNEL = 'flotilla_runs';
/**
 * At most one NOTIFY in so many milliseconds and process, apart from the transactions that changed
 * something: notifying transactions commit one at a time.
 */
const TELL_EVERY_MS = 100;
const CONNECT_AGAIN_MS = 1_000;

/**
 * Makes what writers of runs call after their commits, as often as they like: readers are told soon, and
 * not what. A notice that is lost costs time only, because readers also look by themselves.
 */
export function changeTeller(db: Db): () => void {
  let timer: NodeJS.Timeout | null = null;
  let toldAt = -Infinity;
  const tell = (): void => {
    timer = null;
    toldAt = performance.now();
    db.$client.query(`NOTIFY ${CHANNEL}`).catch(() => undefined);
  };
  return () => {
    if (timer !== null) return;
    timer = setTimeout(tell, Math.max(0, toldAt + TELL_EVERY_MS - performance.now()));
    timer.unref();
  };
}

export interface Listener {
  close(): Promise<void>;
}

/**
 * Hears that runs have changed, on a connection of its own that it makes anew when it is lost.
 * @param url direct, because poolers forget a LISTEN
 * @param onNews called for each notice, and when a connection is made, for what was missed before
 * @param warn told when a connection is lost or cannot be made, once until there is one
 */
export function listenForChanges(
  url: string,
  onNews: () => void,
  warn: (text: string) => void,
): Listener {
  const closing = new AbortController();
  const done = keepListening(url, onNews, warn, closing.signal);
  return {
    close() {
      closing.abort();
      return done;
    },
  };
}

async function keepListening(
  url: string,
  onNews: () => void,
  warn: (text: string) => void,
  signal: AbortSignal,
): Promise<void> {
  let away = false;
  while (!signal.aborted) {
    try {
      await listenOnce(url, onNews, () => (away = false), signal);
    } catch (error) {
      if (!signal.aborted && !away) warn(messageOf(error));
      away = true;
    }
    await sleep(CONNECT_AGAIN_MS, undefined, { signal }).catch(() => undefined);
  }
}

/** Until the connection is lost, which is thrown, or the signal ends it. */
async function listenOnce(
  url: string,
  onNews: () => void,
  onHeard: () => void,
  signal: AbortSignal,
): Promise<void> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'flotilla-listen',
    connectionTimeoutMillis: connectTimeoutOf(url),
    keepAlive: true,
  });
  client.on('notification', onNews);
  const lost = new Promise<void>((resolve, reject) => {
    client.on('error', reject);
    client.on('end', () => reject(new Error('the connection was closed')));
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  // Awaited below, when it may have failed already.
  lost.catch(() => undefined);
  try {
    await client.connect();
    await client.query(`LISTEN ${CHANNEL}`);
    onHeard();
    onNews();
    if (!signal.aborted) await lost;
  } finally {
    await client.end().catch(() => undefined);
  }
}
