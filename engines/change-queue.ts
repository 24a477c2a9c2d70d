import type { Change, Job } from './engine.ts';

/** What one job was last told of, so that what changes nothing is not told again. */
function signatureOf({ phase, startedAt, note, place, spark }: Job): string {
  const facts = spark === undefined ? '' : JSON.stringify(spark);
  return [phase, startedAt?.getTime() ?? '', note ?? '', place?.host ?? '', facts].join('|');
}

/**
 * Brings the changes of several streams into one. Of a job whose change was not taken yet only the
 * latest is kept, so that a slow consumer does not make the queue long.
 */
export class ChangeQueue {
  readonly #jobs = new Map<string, Job>();
  readonly #others: Change[] = [];
  readonly #told = new Map<string, string>();
  #failure: { error: unknown } | null = null;
  #closed = false;
  #wake: (() => void) | null = null;

  put(change: Change): void {
    if (change.kind !== 'job') this.#others.push(change);
    else if (!this.#isNews(change.job)) return;
    else this.#jobs.set(change.job.externalId, change.job);
    this.#ring();
  }

  fail(error: unknown): void {
    this.#failure ??= { error };
    this.#ring();
  }

  close(): void {
    this.#closed = true;
    this.#ring();
  }

  /** Until it is closed; what is left by then is left. @throws what a stream failed with */
  async *changes(): AsyncGenerator<Change> {
    for (;;) {
      if (this.#closed) return;
      if (this.#failure !== null) throw this.#failure.error;
      const [next] = this.#jobs;
      if (next !== undefined) {
        this.#jobs.delete(next[0]);
        yield { kind: 'job', job: next[1] };
        continue;
      }
      const other = this.#others.shift();
      if (other !== undefined) yield other;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /** An end is told once a watch; after it nothing is news. */
  #isNews(job: Job): boolean {
    const signature = job.phase === 'STOPPED' ? 'STOPPED' : signatureOf(job);
    const before = this.#told.get(job.externalId);
    if (before === signature || before === 'STOPPED') return false;
    this.#told.set(job.externalId, signature);
    return true;
  }

  #ring(): void {
    this.#wake?.();
    this.#wake = null;
  }
}

/** One of the streams that a watch consists of: puts changes into the queue until the signal. */
export type WatchPart<C> = (cluster: C, queue: ChangeQueue, signal: AbortSignal) => Promise<void>;

/**
 * The changes that several streams of a cluster bring, until the signal. All of them end with it, and with the
 * first that fails. @throws what that one failed with
 */
export async function* changesOf<C>(
  cluster: C,
  parts: readonly WatchPart<C>[],
  signal: AbortSignal,
): AsyncGenerator<Change> {
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);
  const queue = new ChangeQueue();
  const running = parts.map((part) =>
    part(cluster, queue, both).catch((error: unknown) => queue.fail(error)),
  );
  signal.addEventListener('abort', () => queue.close(), { once: true });
  if (signal.aborted) queue.close();
  try {
    for await (const change of queue.changes()) yield change;
  } finally {
    stop.abort();
    await Promise.allSettled(running);
  }
}
