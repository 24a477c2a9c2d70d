import type { TimeMark } from '../domain/log-times.ts';
import type { LogDraft } from './store.ts';

/** A piece of a growing log, and the place in its source behind it. */
export interface TailPiece {
  bytes: Uint8Array;
  cursor: string;
  /** When lines of it were written, by offsets in `bytes`. */
  marks?: readonly TimeMark[];
}

/** The source of a growing log, as engines/engine.ts defines `tail`, for one job. */
export type LogTail = (
  cursor: string | null,
  options: { follow: boolean; signal: AbortSignal },
) => AsyncIterable<TailPiece>;

/**
 * Brings what a source has behind the draft's place into the draft, no faster than that takes it,
 * until the source says that the log is whole. Whoever does not follow must know that the job is over.
 * Throws what source and draft throw; an aborted signal ends it without.
 */
export async function collectLog(
  tail: LogTail,
  draft: LogDraft,
  options: { follow: boolean; signal: AbortSignal },
): Promise<void> {
  const { signal } = options;
  try {
    for await (const { bytes, cursor, marks } of tail(draft.cursor, options)) {
      await draft.append(bytes, cursor, marks);
      if (signal.aborted) return;
    }
  } catch (error) {
    if (signal.aborted) return;
    throw error;
  }
  if (!signal.aborted) await draft.finish();
}
