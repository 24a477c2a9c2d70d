import type { JobRef } from '../domain/lifecycle/messages.ts';
import type { Engine, Job } from '../engines/engine.ts';
import { LogCollectors } from '../logs/collectors.ts';
import type { GrowingLogStore } from '../logs/store.ts';

/** How long logs are collected after a watch has ended: the next one is here or elsewhere by then. */
const IDLE_MS = 15_000;

export interface LogCollectionOptions {
  engine: Engine;
  logs: GrowingLogStore;
  warn(message: string, detail: Record<string, unknown>): void;
  /** Aborted when this worker begins to shut down: another one collects then. */
  shutdown: AbortSignal;
  /** Milliseconds, for tests. */
  idleMs?: number;
}

/**
 * The logs that this process collects on one cluster: those of the jobs that its watch sees, from one
 * cycle of the watch to the next, until the watch is somewhere else.
 */
export class LogCollection {
  readonly #collectors: LogCollectors;
  readonly #idleMs: number;
  #watches = 0;
  #idle: NodeJS.Timeout | null = null;
  #closed = false;

  private constructor(collectors: LogCollectors, idleMs: number) {
    this.#collectors = collectors;
    this.#idleMs = idleMs;
  }

  /** Null for an engine whose logs stay until they are released. */
  static of(options: LogCollectionOptions): LogCollection | null {
    const { engine, logs, warn, shutdown, idleMs = IDLE_MS } = options;
    if (engine.tail === undefined) return null;
    const tail = engine.tail.bind(engine);
    const collectors = new LogCollectors({
      store: logs,
      tailOf: (externalId) => (cursor, how) => tail(externalId, cursor, how),
      warn,
    });
    const collection = new LogCollection(collectors, idleMs);
    shutdown.addEventListener('abort', () => void collection.close());
    return collection;
  }

  /** Does the work of a watch; what it saw is collected as long as one is under way, and a little longer. */
  async during<T>(watch: () => Promise<T>): Promise<T> {
    this.#watches += 1;
    if (this.#idle !== null) clearTimeout(this.#idle);
    try {
      return await watch();
    } finally {
      this.#watches -= 1;
      if (this.#watches === 0) this.#closeWhenIdle();
    }
  }

  /** A job as the watch sees it. */
  see(job: Job): void {
    const { runId, attempt, externalId, phase } = job;
    if (this.#closed || (phase !== 'RUNNING' && phase !== 'STOPPED')) return;
    this.#collectors.collect({ runId, attempt }, externalId, { over: phase === 'STOPPED' });
  }

  /** The job is over: waits until what is under way has its log, or is not going to. */
  settle(ref: JobRef, signal: AbortSignal): Promise<void> {
    return this.#collectors.settle(ref, signal);
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#idle !== null) clearTimeout(this.#idle);
    await this.#collectors.close();
  }

  #closeWhenIdle(): void {
    this.#idle = setTimeout(() => void this.#collectors.close(), this.#idleMs);
    this.#idle.unref();
  }
}
