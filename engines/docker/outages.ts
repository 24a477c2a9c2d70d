import { setTimeout as sleep } from 'node:timers/promises';
import type { Daemon } from './daemon.ts';
import type { Outage } from './outcome.ts';

const LOOK_MS = 500;
const PROMPT_MS = 250;
const KEPT = 100;

/** What is asked of a daemon here. */
type Asked = Pick<Daemon, 'greet' | 'events'>;

/**
 * Times in which the daemon did not answer, as this process saw them: what a container does not say of
 * its end. Holds a connection open, which ends with the daemon.
 */
export class Outages {
  readonly #daemon: Asked;
  readonly #cluster: string;
  readonly #stop = new AbortController();
  #seen: Outage[] = [];
  #running: Promise<void> | null = null;
  /** The connection broke, and the daemon is being asked whether it is there. */
  #doubt: { brokeAt: Date; askedAt: Date } | null = null;

  constructor(daemon: Asked, cluster: string) {
    this.#daemon = daemon;
    this.#cluster = cluster;
  }

  /** Begins to look, once. */
  follow(): void {
    this.#running ??= this.#follow();
  }

  /** Also one that goes on: where the connection broke, and no answer has come yet. */
  all(): readonly Outage[] {
    const { brokeAt, askedAt } = this.#doubt ?? {};
    if (brokeAt === undefined || askedAt === undefined) return this.#seen;
    if (Date.now() - askedAt.getTime() <= PROMPT_MS) return this.#seen;
    return [...this.#seen, { from: brokeAt, until: null }];
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #follow(): Promise<void> {
    const { signal } = this.#stop;
    let wasUp = false;
    let soon = false;
    for (let brokeAt: Date | null = null; !signal.aborted;) {
      const askedAt = new Date();
      this.#doubt = brokeAt === null ? null : { brokeAt, askedAt };
      const answers = await this.#answers();
      this.#doubt = null;
      if (signal.aborted) return;
      // A daemon that starts takes connections, and answers when it has ended what it found running. One
      // that answers at once was there all the time: a connection may break by itself.
      const late = brokeAt !== null && Date.now() - askedAt.getTime() > PROMPT_MS;
      if (wasUp && (!answers || late)) this.#away(brokeAt ?? askedAt);
      if (!answers || soon) await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined);
      if (!answers) continue;
      this.#back();
      wasUp = true;
      const began = Date.now();
      await this.#untilItBreaks(signal);
      brokeAt = new Date();
      soon = brokeAt.getTime() - began < LOOK_MS;
    }
  }

  async #answers(): Promise<boolean> {
    try {
      await this.#daemon.greet();
      return true;
    } catch {
      return false;
    }
  }

  async #untilItBreaks(signal: AbortSignal): Promise<void> {
    try {
      for await (const _ of this.#daemon.events(this.#cluster, signal)) continue;
    } catch {
      // The next question tells why.
    }
  }

  #away(from: Date): void {
    const last = this.#seen.at(-1);
    if (last !== undefined && last.until === null) return;
    this.#seen = [...this.#seen, { from, until: null }].slice(-KEPT);
  }

  #back(): void {
    const last = this.#seen.at(-1);
    if (last?.until !== null || last === undefined) return;
    this.#seen = [...this.#seen.slice(0, -1), { ...last, until: new Date() }];
  }
}
