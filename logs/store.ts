import type { JobRef } from '../domain/lifecycle/messages.ts';
import type { LogTimes, TimeMark } from '../domain/log-times.ts';
import type { LineIndex } from './line-index.ts';

export interface StoredLog {
  bytes: number;
  lines: number;
}

/** Where a whole log comes from: a file of this machine, or the bytes themselves. */
export type LogOrigin = (
  { kind: 'file'; path: string } | { kind: 'bytes'; bytes: AsyncIterable<Uint8Array> }
) & {
  /** When its lines were written; asked once the bytes are taken. */
  times?: () => Promise<LogTimes | null>;
};

/** Keeps the whole logs of finished attempts. Server and worker see the same store. */
export interface LogStore {
  /** Null until the attempt's log is stored whole. */
  stored(ref: JobRef): Promise<StoredLog | null>;
  /** Bytes from an offset to the end. Throws FlotillaError `not_found` for a log not stored. */
  read(ref: JobRef, offset: number): AsyncIterable<Uint8Array>;
  index(ref: JobRef): Promise<LineIndex | null>;
  /** When lines of the stored, else of the growing log were written; null where nobody knows. */
  times(ref: JobRef): Promise<LogTimes | null>;
  /** Stores a log whole. A repeat replaces nothing and answers as the first. */
  store(ref: JobRef, origin: LogOrigin, progress: () => void): Promise<StoredLog>;
}

/** What is kept of a log that grows. */
export interface GrownLog {
  bytes: number;
  /** Where its source continues; null at the beginning. */
  cursor: string | null;
  /** True once its source has said that nothing more will come. */
  complete: boolean;
}

/** One collector's hold on a growing log: it continues what earlier ones have kept. */
export interface LogDraft extends GrownLog {
  /**
   * Keeps bytes and the place in the source behind them, both or neither as far as readers and later
   * collectors can tell. May gather for a moment before readers see them; the caller does not write
   * to them any more. Throws FlotillaError `conflict`, like the others, when another collector went on
   * with the log or it is stored: whoever still wants it begins anew with `grow`.
   * @param marks when lines of it were written, by offsets in `bytes`
   */
  append(bytes: Uint8Array, cursor: string, marks?: readonly TimeMark[]): Promise<void>;
  /** Nothing more will come. */
  finish(): Promise<void>;
  /** Lets go, everything kept so far visible to readers. */
  close(): Promise<void>;
}

/**
 * A store that also keeps logs while they grow, where their cluster may cut or drop them. Several
 * collectors of one log do no harm, also one that froze and goes on later: each continues where the
 * store stood when it began, and readers follow the latest. What was collected goes once the log is
 * stored whole.
 */
export interface GrowingLogStore extends LogStore {
  /** Null while nothing is kept of the attempt, and once its log is stored whole. */
  grown(ref: JobRef): Promise<GrownLog | null>;
  /**
   * Bytes from an offset to the present end of a growing log. Throws FlotillaError `not_found` when
   * there is none, or none any more, also while it is read: then the stored log goes on at that byte.
   */
  readGrown(ref: JobRef, offset: number): AsyncIterable<Uint8Array>;
  /** Leaves nothing behind until bytes are appended or the log is finished. */
  grow(ref: JobRef): Promise<LogDraft>;
}
