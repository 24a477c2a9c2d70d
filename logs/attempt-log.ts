import { setTimeout as sleep } from 'node:timers/promises';
import { FlotillaError, notFound } from '../domain/errors.ts';
import type { JobRef } from '../domain/lifecycle/messages.ts';
import type { LogTimes } from '../domain/log-times.ts';
import { LineIndex } from './line-index.ts';
import type { GrowingLogStore } from './store.ts';

/** How often a follower looks for more. */
const FOLLOW_MS = 100;
/** Looks without news after which a follower asks whether the attempt is over. */
const LOOKS_PER_QUESTION = 10;

/** What the reader of a log needs of the engine that writes it. */
export interface LiveLogs {
  logs(externalId: string, offset: number): AsyncIterable<Uint8Array>;
  logSize(externalId: string): Promise<number | null>;
  logTimes?(externalId: string): Promise<LogTimes | null>;
}

/** What the reader of a log needs of the store. */
export type LogShelf = Pick<
  GrowingLogStore,
  'stored' | 'read' | 'index' | 'times' | 'grown' | 'readGrown'
>;

/**
 * Where one attempt's log is: in the store when it is whole or is collected there as it grows, else
 * with its engine.
 */
export interface AttemptLogSource {
  ref: JobRef;
  externalId: string | null;
  /** Null when this server does not know the engine. */
  live: LiveLogs | null;
  /** True once the attempt's end is on record; a log that is not stored by then never will be. */
  isOver(): Promise<boolean>;
}

/** One attempt's log by byte offset, the same bytes whether they grow or are stored. */
export class AttemptLog {
  readonly #store: LogShelf;
  readonly #source: AttemptLogSource;
  #index: LineIndex | null = null;

  constructor(store: LogShelf, source: AttemptLogSource) {
    this.#store = store;
    this.#source = source;
  }

  get attempt(): number {
    return this.#source.ref.attempt;
  }

  /** Bytes there are now, and whether there will be more. */
  async size(): Promise<{ bytes: number; complete: boolean }> {
    const stored = await this.#store.stored(this.#source.ref);
    if (stored !== null) return { bytes: stored.bytes, complete: true };
    const grown = await this.#store.grown(this.#source.ref);
    if (grown !== null) return { bytes: grown.bytes, complete: grown.complete };
    const { live, externalId } = this.#source;
    const bytes = live === null || externalId === null ? null : await live.logSize(externalId);
    if (bytes !== null) return { bytes, complete: false };
    // It may have moved into the store since we looked there.
    const moved = await this.#store.stored(this.#source.ref);
    return { bytes: moved?.bytes ?? 0, complete: moved !== null };
  }

  /** Bytes from an offset to the present end. */
  async *read(offset: number): AsyncGenerator<Uint8Array> {
    const { ref } = this.#source;
    let at = offset;
    if ((await this.#store.stored(ref)) === null) {
      try {
        for await (const chunk of await this.#growing(at)) {
          at += chunk.length;
          yield chunk;
        }
        return;
      } catch (error) {
        if (!(error instanceof FlotillaError) || error.code !== 'not_found') throw error;
      }
      // It may have moved into the store since we looked there.
      if ((await this.#store.stored(ref)) === null) return;
    }
    yield* this.#store.read(ref, at);
  }

  /** @throws FlotillaError `not_found`, also while it is read */
  async #growing(offset: number): Promise<AsyncIterable<Uint8Array>> {
    const { ref, live, externalId } = this.#source;
    if ((await this.#store.grown(ref)) !== null) return this.#store.readGrown(ref, offset);
    if (live !== null && externalId !== null) return live.logs(externalId, offset);
    throw notFound('the log is neither stored nor growing');
  }

  /** Bytes from an offset on, until the log is whole or the signal ends it. */
  async *follow(offset: number, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    let at = offset;
    let quiet = 0;
    while (!signal.aborted) {
      const { bytes, complete } = await this.size();
      if (at < bytes) {
        quiet = 0;
        for await (const chunk of this.read(at)) {
          if (signal.aborted) return;
          at += chunk.length;
          yield chunk;
        }
      } else if (complete) {
        return;
      } else {
        quiet += 1;
        if (quiet % LOOKS_PER_QUESTION === 0 && (await this.#endedWithout(at))) return;
        await sleep(FOLLOW_MS, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  /** True when the attempt is over and nothing beyond `offset` was stored of it. */
  async #endedWithout(offset: number): Promise<boolean> {
    return (await this.#source.isOver()) && (await this.size()).bytes <= offset;
  }

  /** When its lines were written; null where nobody knows, and where it cannot be read. */
  async times(): Promise<LogTimes | null> {
    const { ref, live, externalId } = this.#source;
    try {
      const kept = await this.#store.times(ref);
      if (kept !== null || externalId === null) return kept;
      const told = (await live?.logTimes?.(externalId)) ?? null;
      // It may have moved into the store since we looked there.
      return told ?? (await this.#store.times(ref));
    } catch {
      // The log itself matters more.
      return null;
    }
  }

  /** The line index up to the present end of the log. */
  async lines(): Promise<LineIndex> {
    const stored = await this.#store.index(this.#source.ref);
    if (stored !== null) return stored;
    const index = this.#index ?? new LineIndex();
    for await (const chunk of this.read(index.bytes)) index.extend(chunk);
    this.#index = index;
    return index;
  }
}
