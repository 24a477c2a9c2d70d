import type { Frame } from './log-frames.ts';

/**
 * By how much a frame may be older than one before it: a job's two outputs are read apart, and each frame
 * has the time at which it was read, by a clock that may be set.
 */
const DISORDER_NANOS = 10_000_000_000n;

/** Frames of the log counted from a time on; from the beginning where that is 0. */
interface Anchor {
  since: bigint;
  frames: number;
}

/**
 * A place in a log. The daemon knows no offsets: it can leave out what is older than a time, so a place
 * is a time, and the number of frames not older than it that were read. The time is moved on only once
 * nothing older is to be expected; where a clock is seen to go back by more, it stays at the beginning. What
 * that cannot help is a clock that goes back by more than 10 s just while nobody reads.
 */
export class LogPosition {
  #anchor: Anchor;
  #next: Anchor | null = null;
  /** Frames read in all. */
  #total: number;
  #latest: bigint;
  #clockWentBack = false;

  /** @param cursor what `format` gave, or null for the beginning */
  constructor(cursor: string | null) {
    const [since = '0', frames = '0', total = '0'] = (cursor ?? '0/0/0').split('/');
    this.#anchor = { since: BigInt(since), frames: Number(frames) };
    this.#total = Number(total);
    this.#latest = this.#anchor.since;
  }

  /** What to ask the daemon for, in its form; null for everything. */
  get since(): string | null {
    const { since } = this.#anchor;
    if (since === 0n) return null;
    return `${since / 1_000_000_000n}.${String(since % 1_000_000_000n).padStart(9, '0')}`;
  }

  /** True where nothing was read yet. */
  get isStart(): boolean {
    return this.#total === 0;
  }

  /** Frames of its answer that were read already. */
  get skip(): number {
    return this.#anchor.frames;
  }

  /** Takes note of a frame that was read before. */
  skipped({ stamp }: Frame): void {
    const at = nanosOf(stamp);
    if (at > this.#latest) this.#latest = at;
  }

  /** Counts a frame that was not read before. */
  read({ stamp }: Frame): void {
    const at = nanosOf(stamp);
    this.#total += 1;
    if (at < this.#anchor.since) {
      // The daemon would leave it out.
      this.#clockWentBack = true;
      this.#anchor = { since: 0n, frames: this.#total };
      return;
    }
    this.#anchor.frames += 1;
    if (at > this.#latest) this.#latest = at;
    if (this.#clockWentBack) return;
    if (this.#next === null) this.#next = this.#fromNow();
    else if (at >= this.#next.since) this.#next.frames += 1;
    if (this.#latest - this.#next.since <= DISORDER_NANOS) return;
    this.#anchor = this.#next;
    this.#next = this.#fromNow();
  }

  #fromNow(): Anchor {
    return { since: this.#latest + 1n, frames: 0 };
  }

  format(): string {
    return `${this.#anchor.since}/${this.#anchor.frames}/${this.#total}`;
  }
}

/** Nanoseconds since 1970 of the daemon's way of writing times, which leaves out zeros at the end. */
export function nanosOf(stamp: string): bigint {
  const match = /^(.{19})(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/.exec(stamp);
  if (match === null) return 0n;
  const seconds = BigInt(Date.parse(`${match[1]}${match[3]}`)) / 1000n;
  return seconds * 1_000_000_000n + BigInt((match[2] ?? '').padEnd(9, '0'));
}
