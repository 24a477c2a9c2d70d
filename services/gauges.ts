import type { GaugeShape } from '../domain/metrics.ts';
import { countOpenRuns, countSlots } from '../db/gauges.ts';
import type { Db } from '../db/client.ts';
import { messageOf } from '../domain/errors.ts';
import type { Acting } from './context.ts';

/** How long what was read serves further readers. */
const FRESH_MS = 2_000;
/** A database that does not answer in time is missing from the page, and does not hold it up. */
const WITHIN_MS = 3_000;

/** What of runs and slots is read from Postgres when somebody looks. */
export function gaugesOf(db: Db, warn: Acting['warn']): GaugeShape[] {
  const slots = remembered(() => countSlots(db), warn);
  const runs = remembered(() => countOpenRuns(db), warn);
  return [
    {
      name: 'flotilla_runs',
      help: 'Runs that are not over, by cluster and status',
      labels: ['cluster', 'status'],
      read: async () =>
        (await runs()).map((counted) => ({
          labels: { cluster: counted.cluster, status: counted.status },
          value: counted.runs,
        })),
    },
    {
      name: 'flotilla_slots',
      help: 'Slots of clusters: held by attempts, and asked for by runs that wait',
      labels: ['cluster', 'state'],
      read: async () =>
        (await slots()).flatMap(({ cluster, held, waiting }) => [
          { labels: { cluster, state: 'held' }, value: held },
          { labels: { cluster, state: 'waiting' }, value: waiting },
        ]),
    },
    {
      name: 'flotilla_slot_limit',
      help: 'Slots that clusters have; absent where there is no limit',
      labels: ['cluster'],
      read: async () =>
        (await slots()).flatMap(({ cluster, limit }) =>
          limit === null ? [] : [{ labels: { cluster }, value: limit }],
        ),
    },
  ];
}

/** Reads anew when what is there is old; without an answer there is nothing to show. */
function remembered<T>(read: () => Promise<T[]>, warn: Acting['warn']): () => Promise<T[]> {
  let until = 0;
  let last: Promise<T[]> = Promise.resolve([]);
  return () => {
    if (Date.now() < until) return last;
    until = Date.now() + FRESH_MS;
    last = inTime(read()).catch((error: unknown) => {
      warn('runs and slots are missing from /metrics', { error: messageOf(error) });
      return [];
    });
    return last;
  };
}

async function inTime<T>(reading: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), WITHIN_MS);
  });
  reading.catch(() => undefined);
  try {
    return await Promise.race([reading, late]);
  } finally {
    clearTimeout(timer);
  }
}
