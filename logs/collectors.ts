import { setTimeout as sleep } from 'node:timers/promises';
import { FlotillaError, messageOf } from '../domain/errors.ts';
import type { JobRef } from '../domain/lifecycle/messages.ts';
import { collectLog, type LogTail } from './collect.ts';
import type { GrowingLogStore, LogDraft } from './store.ts';

/** Pauses between the tries of a collector, doubled each time. */
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** A try that lasted so long begins with short pauses again. */
const LASTING_MS = 60_000;
/** The log of a job that is over is stored at once, as a rule; if not, it is collected after this. */
const OVER_MS = 15_000;
/** Logs of jobs that are over, collected at once. */
const OVER_LANES = 8;
/** How long a collector may be without news before who wants its log whole goes on without it. */
const QUIET_MS = 3_000;

export interface CollectorsOptions {
  store: GrowingLogStore;
  /** The source of a job's log by the engine's name for the job. */
  tailOf(externalId: string): LogTail;
  warn(message: string, detail: Record<string, unknown>): void;
  /** Milliseconds, for tests. */
  overMs?: number;
  firstPauseMs?: number;
}

interface Collector {
  stop: AbortController;
  draft: LogDraft | null;
  /** Never rejects. */
  done: Promise<void>;
}

/**
 * Collects the logs of many jobs of one engine at once, each until it is whole, stored, or no longer
 * with the engine. Each holds little: a chunk of its source and what its draft gathers.
 */
export class LogCollectors {
  readonly #options: CollectorsOptions;
  readonly #collectors = new Map<string, Collector>();
  readonly #lanes: Promise<void>[] = Array.from({ length: OVER_LANES }, () => Promise.resolve());
  #nextLane = 0;

  constructor(options: CollectorsOptions) {
    this.#options = options;
  }

  /** How many logs are being collected. */
  get size(): number {
    return this.#collectors.size;
  }

  /** Collects a job's log unless it is being collected already. */
  collect(ref: JobRef, externalId: string, job: { over: boolean }): void {
    const key = keyOf(ref);
    if (this.#collectors.has(key)) return;
    const stop = new AbortController();
    const collector: Collector = { stop, draft: null, done: Promise.resolve() };
    this.#collectors.set(key, collector);
    const work = (): Promise<void> => this.#untilEnd(ref, externalId, collector);
    const begun = job.over ? this.#later(work, stop.signal) : work();
    collector.done = begun.finally(() => this.#collectors.delete(key));
  }

  /**
   * Waits for the collector of a job that is over to have its whole log, and ends it where it makes no
   * progress, or has not begun.
   */
  async settle(ref: JobRef, signal: AbortSignal): Promise<void> {
    const collector = this.#collectors.get(keyOf(ref));
    if (collector === undefined) return;
    let seen = -1;
    while (!signal.aborted && collector.draft !== null && collector.draft.bytes > seen) {
      seen = collector.draft.bytes;
      const quiet = new AbortController();
      const pause = sleep(QUIET_MS, undefined, { signal: AbortSignal.any([signal, quiet.signal]) });
      await Promise.race([collector.done, pause.catch(() => undefined)]);
      quiet.abort();
    }
    collector.stop.abort();
    await collector.done;
  }

  /** Ends all, and keeps what they have gathered. */
  async close(): Promise<void> {
    const collectors = [...this.#collectors.values()];
    for (const { stop } of collectors) stop.abort();
    await Promise.all(collectors.map(({ done }) => done));
  }

  /** After a while, and few at once. */
  async #later(work: () => Promise<void>, signal: AbortSignal): Promise<void> {
    await pauseFor(this.#options.overMs ?? OVER_MS, signal);
    if (signal.aborted) return;
    const lane = this.#nextLane++ % OVER_LANES;
    const turn = (this.#lanes[lane] ?? Promise.resolve()).then(work);
    this.#lanes[lane] = turn;
    await turn;
  }

  async #untilEnd(ref: JobRef, externalId: string, collector: Collector): Promise<void> {
    const { signal } = collector.stop;
    const first = this.#options.firstPauseMs ?? FIRST_PAUSE_MS;
    let pause = first;
    while (!signal.aborted) {
      const began = Date.now();
      try {
        await this.#once(ref, externalId, collector);
        return;
      } catch (error) {
        if (error instanceof FlotillaError && error.code === 'not_found') return;
        this.#tell(error, ref);
      }
      if (Date.now() - began > LASTING_MS) pause = first;
      await pauseFor(pause, signal);
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
    }
  }

  async #once(ref: JobRef, externalId: string, collector: Collector): Promise<void> {
    const { store, tailOf } = this.#options;
    if ((await store.stored(ref)) !== null) return;
    const draft = await store.grow(ref);
    collector.draft = draft;
    try {
      if (draft.complete) return;
      const { signal } = collector.stop;
      await collectLog(tailOf(externalId), draft, { follow: true, signal });
    } finally {
      collector.draft = null;
      await draft.close();
    }
  }

  /** That another worker collects the log too is no news. */
  #tell(error: unknown, ref: JobRef): void {
    if (error instanceof FlotillaError && error.code === 'conflict') return;
    this.#options.warn('a log is not collected for now', {
      run_id: ref.runId,
      attempt: ref.attempt,
      error: messageOf(error),
    });
  }
}

function keyOf(ref: JobRef): string {
  return `${ref.runId}/${ref.attempt}`;
}

function pauseFor(ms: number, signal: AbortSignal): Promise<void> {
  return sleep(ms, undefined, { signal }).catch(() => undefined);
}
