import { setTimeout as sleep } from 'node:timers/promises';
import type { RunEvent } from '../domain/event-messages.ts';
import { timeLimit } from '../domain/time-limit.ts';
import type { EventSink } from './events.ts';

/** Events that wait; beyond that new ones are dropped. */
const MAX_WAITING = 10_000;
const AT_ONCE = 8;
const TIMEOUT_MS = 5_000;
/** Waits between tries of one event. */
const BACK_OFF_MS = [250, 1_000, 4_000];
/** How long the end of the process waits for what is left. */
const CLOSE_WITHIN_MS = 2_000;

interface Waiting {
  timestamp: string;
  message: RunEvent;
}

export type Sent = (result: 'sent' | 'dropped') => void;

/**
 * Posts each event as `{timestamp, message}` to a URL, as the sink of flotilla-os does. A receiver
 * that is slow or away holds up nothing: what it does not take in time is dropped, and counted.
 */
export class HttpSink implements EventSink {
  readonly #url: string;
  readonly #sent: Sent;
  readonly #waiting: Waiting[] = [];
  readonly #senders = new Set<Promise<void>>();
  readonly #closing = new AbortController();

  constructor(url: string, sent: Sent) {
    this.#url = url;
    this.#sent = sent;
  }

  receive(message: RunEvent): void {
    if (this.#closing.signal.aborted || this.#waiting.length >= MAX_WAITING) {
      this.#sent('dropped');
      return;
    }
    this.#waiting.push({ timestamp: new Date().toISOString(), message });
    if (this.#senders.size >= AT_ONCE) return;
    const sender = this.#sendAll().finally(() => this.#senders.delete(sender));
    this.#senders.add(sender);
  }

  async close(): Promise<void> {
    const timer = setTimeout(() => this.#closing.abort(), CLOSE_WITHIN_MS);
    await Promise.allSettled(this.#senders);
    clearTimeout(timer);
    this.#closing.abort();
    for (const _ of this.#waiting.splice(0)) this.#sent('dropped');
  }

  async #sendAll(): Promise<void> {
    // What emitted the event goes on first.
    await sleep(0);
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      this.#sent((await this.#send(next)) ? 'sent' : 'dropped');
      if (this.#closing.signal.aborted) return;
    }
  }

  async #send(event: Waiting): Promise<boolean> {
    const { signal } = this.#closing;
    for (let tries = 0; ; tries += 1) {
      const answer = await this.#post(event, signal);
      if (answer !== 'later') return answer === 'taken';
      const wait = BACK_OFF_MS[tries];
      if (wait === undefined || signal.aborted) return false;
      await sleep(wait, undefined, { signal }).catch(() => undefined);
    }
  }

  /** `refused` is for what no repetition cures. */
  async #post(event: Waiting, signal: AbortSignal): Promise<'taken' | 'refused' | 'later'> {
    try {
      const answer = await fetch(this.#url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(event),
        redirect: 'error',
        signal: timeLimit(TIMEOUT_MS, signal),
      });
      await answer.body?.cancel();
      if (answer.ok) return 'taken';
      return answer.status < 500 && answer.status !== 429 && answer.status !== 408
        ? 'refused'
        : 'later';
    } catch {
      return 'later';
    }
  }
}
