import type { JobRef } from '../domain/lifecycle/messages.ts';
import type { LogShelf } from './attempt-log.ts';
import { LineIndex } from './line-index.ts';
import type { ShippedLogs, ShippedQuery } from './shipped.ts';
import type { GrownLog, StoredLog } from './store.ts';

/** How long it is not asked again how much has been shipped of a log that may grow. */
const ASK_AGAIN_MS = 5_000;

/**
 * One shipped log, read as if it were in the store. It has no offsets of its own, so that each reading
 * begins at its start; how long it is shows by reading it.
 */
export class ShippedShelf implements LogShelf {
  readonly #shipped: ShippedLogs;
  readonly #query: ShippedQuery;
  readonly #over: boolean;
  #index: Promise<LineIndex | null> | null = null;
  #askedAt = 0;

  /** @param over true when the job is over, so that its log is whole */
  constructor(shipped: ShippedLogs, query: ShippedQuery, over: boolean) {
    this.#shipped = shipped;
    this.#query = query;
    this.#over = over;
  }

  async stored(): Promise<StoredLog | null> {
    const index = this.#over ? await this.#indexed() : null;
    return index === null ? null : { bytes: index.bytes, lines: index.lines };
  }

  async index(): Promise<LineIndex | null> {
    return this.#over ? this.#indexed() : null;
  }

  times(): Promise<null> {
    return Promise.resolve(null);
  }

  async grown(): Promise<GrownLog | null> {
    const index = this.#over ? null : await this.#indexed();
    return index === null ? null : { bytes: index.bytes, cursor: null, complete: false };
  }

  async *read(_: JobRef, offset: number): AsyncGenerator<Uint8Array> {
    let at = 0;
    for await (const chunk of (await this.#shipped.read(this.#query)) ?? []) {
      const skip = Math.max(offset - at, 0);
      at += chunk.length;
      if (skip < chunk.length) yield chunk.subarray(skip);
    }
  }

  readGrown(ref: JobRef, offset: number): AsyncIterable<Uint8Array> {
    return this.read(ref, offset);
  }

  #indexed(): Promise<LineIndex | null> {
    if (this.#index !== null && (this.#over || Date.now() - this.#askedAt < ASK_AGAIN_MS)) {
      return this.#index;
    }
    this.#askedAt = Date.now();
    this.#index = this.#readIndex();
    return this.#index;
  }

  async #readIndex(): Promise<LineIndex | null> {
    const bytes = await this.#shipped.read(this.#query);
    if (bytes === null) return null;
    const index = new LineIndex();
    for await (const chunk of bytes) index.extend(chunk);
    return index;
  }
}
