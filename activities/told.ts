import type { JobRef } from '../domain/lifecycle/messages.ts';

/** Jobs that are remembered: forgotten, one is told of again, which is harmless. */
const MAX_JOBS = 20_000;

/** What was last said of each job, so that it is not said again. */
export class Told {
  readonly #last = new Map<string, string>();

  has(ref: JobRef, what: object): boolean {
    return this.#last.get(keyOf(ref)) === JSON.stringify(what);
  }

  set(ref: JobRef, what: object): void {
    const key = keyOf(ref);
    // The ones not heard of for longest come first in a map, if each goes to its end when it is set.
    this.#last.delete(key);
    this.#last.set(key, JSON.stringify(what));
    const [oldest] = this.#last.keys();
    if (this.#last.size > MAX_JOBS && oldest !== undefined) this.#last.delete(oldest);
  }
}

function keyOf({ runId, attempt }: JobRef): string {
  return `${runId}/${attempt}`;
}
