import type { Delivery } from './queue-consumer.ts';

/** What was delivered and not taken yet. */
export class Inbox<T> {
  readonly #waiting: Delivery<T>[] = [];
  #failure: { error: unknown } | null = null;
  #closed = false;
  #wake: (() => void) | null = null;

  put(delivery: Delivery<T>): void {
    if (this.#closed) return delivery.giveBack();
    this.#waiting.push(delivery);
    this.#wake?.();
  }

  fail(error: unknown): void {
    this.#failure = { error };
    this.#wake?.();
  }

  close(): void {
    this.#closed = true;
    for (const delivery of this.#waiting.splice(0)) delivery.giveBack();
    this.#wake?.();
  }

  /** Null once it is closed. @throws what the queue failed with */
  async next(): Promise<Delivery<T> | null> {
    for (;;) {
      if (this.#closed) return null;
      const delivery = this.#waiting.shift();
      if (delivery !== undefined) return delivery;
      if (this.#failure !== null) throw this.#failure.error;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}
