import type { Schemas } from '../../../client/client.ts';

type Heard = Pick<Schemas['Cluster'], 'reached_at' | 'last_error' | 'last_error_at'>;

export interface Contact {
  word: string;
  color: string;
  /** When it was last as the word says; null where there is no such time. */
  at: string | null;
  /** What it failed with, where that is not over. */
  error: string | null;
}

/** `reached_at` is exact to a minute or so. */
const SILENT_AFTER_MS = 5 * 60_000;

/** Whether a cluster answers its workers (pure). @param now milliseconds */
export function contactOf({ reached_at, last_error, last_error_at }: Heard, now: number): Contact {
  const reached = reached_at === null ? -Infinity : Date.parse(reached_at);
  const failed = last_error_at === null ? -Infinity : Date.parse(last_error_at);
  if (failed > reached)
    return { word: 'Fails', color: 'red', at: last_error_at, error: last_error };
  if (reached_at === null) return { word: 'Never reached', color: 'gray', at: null, error: null };
  const isSilent = now - reached > SILENT_AFTER_MS;
  return isSilent
    ? { word: 'Silent', color: 'orange', at: reached_at, error: null }
    : { word: 'Answers', color: 'green', at: reached_at, error: null };
}
