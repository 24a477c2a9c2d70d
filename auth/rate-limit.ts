export interface RateLimit {
  /** Requests a second that a caller may keep up. */
  perSecond: number;
  /** Requests that a caller who was quiet may send at once. */
  burst: number;
}

/** Callers that are remembered; beyond, the one longest quiet is forgotten and begins anew. */
const MAX_KEYS = 10_000;

interface Bucket {
  tokens: number;
  /** Milliseconds. */
  at: number;
}

/** A token bucket a caller, in this process's memory. */
export class RateLimiter {
  readonly limit: RateLimit;
  readonly #buckets = new Map<string, Bucket>();
  readonly #maxKeys: number;

  constructor(limit: RateLimit, maxKeys = MAX_KEYS) {
    this.limit = limit;
    this.#maxKeys = maxKeys;
  }

  /** How many callers are remembered. */
  get size(): number {
    return this.#buckets.size;
  }

  /**
   * Counts a request of a caller.
   * @param now milliseconds of a clock that does not go back
   * @returns 0 when it may pass, else the seconds, from 1, after which one would
   */
  take(key: string, now: number): number {
    const { perSecond, burst } = this.limit;
    const known = this.#buckets.get(key);
    const refilled =
      known === undefined ? burst : known.tokens + ((now - known.at) / 1000) * perSecond;
    const tokens = Math.min(burst, refilled);
    const passes = tokens >= 1;
    // Taken out and put back, the keys of a Map are in the order of their last use.
    this.#buckets.delete(key);
    this.#buckets.set(key, { tokens: passes ? tokens - 1 : tokens, at: now });
    if (this.#buckets.size > this.#maxKeys) this.#forgetOldest();
    return passes ? 0 : Math.max(1, Math.ceil((1 - tokens) / perSecond));
  }

  #forgetOldest(): void {
    const oldest = this.#buckets.keys().next();
    if (oldest.done !== true) this.#buckets.delete(oldest.value);
  }
}
