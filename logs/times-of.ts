import { NOT_KNOWN, type LogTimes } from '../domain/log-times.ts';
import type { LogOrigin } from './store.ts';

/**
 * When the lines of a log that is being stored were written. Null where nobody knows, also where it
 * cannot be found out: a log is stored without it.
 * @param bytes of the whole log
 */
export async function timesOf(origin: LogOrigin, bytes: number): Promise<LogTimes | null> {
  const times = (await origin.times?.().catch(() => null)) ?? null;
  if (times === null || !times.isKnown) return null;
  if (times.covered < bytes) times.add(times.covered, NOT_KNOWN);
  times.cover(bytes);
  return times;
}
