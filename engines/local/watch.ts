import { mkdirSync, readdirSync, rmSync, watch as watchDirectory } from 'node:fs';
import { refOfMarker, type Layout } from './paths.ts';
import type { Found, Job } from '../engine.ts';
import type { JobRef } from '../../domain/lifecycle/messages.ts';

/** Notices what a directory watch missed (it may, when its queue overflows). */
const POLL_MS = 1_000;

/**
 * Jobs that are over, as their supervisors leave markers in the spool. A marker is removed when the
 * consumer asks for the next job, so that one who dies in between sees it again.
 */
export async function* watchEnds(
  layout: Layout,
  find: (ref: JobRef) => Promise<Found>,
  signal: AbortSignal,
): AsyncGenerator<Job> {
  mkdirSync(layout.spool, { recursive: true });
  const bell = new Bell();
  const watcher = watchDirectory(layout.spool, () => bell.ring());
  watcher.on('error', () => bell.ring());
  const timer = setInterval(() => bell.ring(), POLL_MS);
  signal.addEventListener('abort', () => bell.ring(), { once: true });
  try {
    while (!signal.aborted) {
      for (const name of readdirSync(layout.spool)) {
        const ref = refOfMarker(name);
        const found = ref === null ? null : await find(ref);
        if (found?.kind === 'found') yield found.job;
        rmSync(`${layout.spool}/${name}`, { force: true });
      }
      await bell.next();
    }
  } finally {
    clearInterval(timer);
    watcher.close();
  }
}

/** Lets a loop sleep until something happened since it last looked. */
class Bell {
  #rung = false;
  #wake: (() => void) | null = null;

  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  async next(): Promise<void> {
    if (!this.#rung) await new Promise<void>((resolve) => (this.#wake = resolve));
    this.#rung = false;
    this.#wake = null;
  }
}
