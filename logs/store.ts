import type { JobRef } from '../domain/lifecycle/messages.ts';
import type { LineIndex } from './line-index.ts';

export interface StoredLog {
  bytes: number;
  lines: number;
}

/** Where a whole log comes from: a file of this machine, or the bytes themselves. */
export type LogOrigin =
  { kind: 'file'; path: string } | { kind: 'bytes'; bytes: AsyncIterable<Uint8Array> };

/** Keeps the whole logs of finished attempts. Server and worker see the same store. */
export interface LogStore {
  /** Null until the attempt's log is stored whole. */
  stored(ref: JobRef): Promise<StoredLog | null>;
  /** Bytes from an offset to the end. Throws FlotillaError `not_found` for a log not stored. */
  read(ref: JobRef, offset: number): AsyncIterable<Uint8Array>;
  index(ref: JobRef): Promise<LineIndex | null>;
  /** Stores a log whole. A repeat replaces nothing and answers as the first. */
  store(ref: JobRef, origin: LogOrigin, progress: () => void): Promise<StoredLog>;
}
