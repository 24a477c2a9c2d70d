import { setTimeout as sleep } from 'node:timers/promises';

/** Lets through so many a second, one after the other. */
export class Pace {
  readonly #everyMs: number;
  #next = 0;

  constructor(perSecond: number) {
    this.#everyMs = 1000 / perSecond;
  }

  /** Waits for a turn. @throws AbortError */
  async turn(signal: AbortSignal): Promise<void> {
    const now = Date.now();
    const at = Math.max(this.#next, now);
    this.#next = at + this.#everyMs;
    if (at > now) await sleep(at - now, undefined, { signal });
  }
}
