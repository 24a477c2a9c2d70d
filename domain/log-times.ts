/** Stands for a time that nobody knows. */
export const NOT_KNOWN = 0;

/** When a line that begins at an offset was written. */
export interface TimeMark {
  /** In bytes. */
  offset: number;
  /** Milliseconds since 1970, or NOT_KNOWN. */
  at: number;
}

/** Lines written within so many milliseconds share a mark, and more where a log has very many. */
const FIRST_SPACING_MS = 100;
const MOST_MARKS = 16_384;
const RECORD_BYTES = 16;

/**
 * When the lines of a log were written: a sparse list of marks in the order of their offsets, each good
 * until the next. Thins itself out, so that it stays small (256 kB) however long the log. A log can be
 * read without it.
 */
export class LogTimes {
  #marks: TimeMark[] = [];
  #covered = 0;
  #spacing = FIRST_SPACING_MS;

  /** Bytes of the log of which it tells; nothing is known of what is behind them. */
  get covered(): number {
    return this.#covered;
  }

  get marks(): readonly TimeMark[] {
    return this.#marks;
  }

  /** Whether it knows the time of anything. */
  get isKnown(): boolean {
    return this.#marks.some(({ at }) => at !== NOT_KNOWN);
  }

  /**
   * Takes in a mark behind those that are there.
   * @returns false where the one before is good enough, or the mark makes no sense
   */
  add(offset: number, at: number): boolean {
    if (!Number.isSafeInteger(offset) || offset < 0 || !Number.isFinite(at)) return false;
    const last = this.#marks.at(-1);
    if (last !== undefined && (offset < last.offset || !isApart(last, at, this.#spacing))) {
      return false;
    }
    this.#marks.push({ offset, at });
    this.cover(offset);
    if (this.#marks.length > MOST_MARKS) this.#thinOut();
    return true;
  }

  /** Says that what is known reaches so far, in bytes. */
  cover(bytes: number): void {
    this.#covered = Math.max(this.#covered, bytes);
  }

  /** Takes in what another one knows from one offset to another (exclusive). */
  addAll(other: LogTimes, from: number, to: number): void {
    const inside = other.marks.filter(({ offset }) => offset >= from && offset < to);
    if (inside.length === 0) this.add(from, NOT_KNOWN);
    for (const { offset, at } of inside) this.add(offset, at);
    if (other.covered < to) this.add(Math.max(other.covered, from), NOT_KNOWN);
    this.cover(to);
  }

  /** When the line that begins at an offset was written, in milliseconds since 1970. */
  at(offset: number): number | null {
    if (offset >= this.#covered) return null;
    let [low, high] = [0, this.#marks.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#marks[middle]?.offset ?? Infinity) <= offset) low = middle + 1;
      else high = middle;
    }
    const at = this.#marks[low - 1]?.at ?? NOT_KNOWN;
    return at === NOT_KNOWN ? null : at;
  }

  #thinOut(): void {
    while (this.#marks.length > MOST_MARKS) {
      this.#spacing *= 2;
      let last: TimeMark | undefined;
      this.#marks = this.#marks.filter((mark) => {
        const isKept = last === undefined || isApart(last, mark.at, this.#spacing);
        if (isKept) last = mark;
        return isKept;
      });
    }
  }

  /** As bytes: how far it reaches, then the marks (encodeMarks). */
  encode(): Buffer {
    const header = Buffer.alloc(8);
    header.writeDoubleLE(this.#covered);
    return Buffer.concat([header, encodeMarks(this.#marks)]);
  }

  /** Reads what `encode` wrote; of a damaged one what makes sense. */
  static decode(buffer: Buffer): LogTimes {
    const times = new LogTimes();
    if (buffer.length < 8) return times;
    for (const { offset, at } of decodeMarks(buffer.subarray(8))) times.add(offset, at);
    const covered = buffer.readDoubleLE(0);
    if (Number.isSafeInteger(covered)) times.cover(covered);
    return times;
  }
}

function isApart(last: TimeMark, at: number, spacing: number): boolean {
  return Math.abs(at - last.at) >= spacing;
}

/** Each mark's offset and time as little-endian float64. */
export function encodeMarks(marks: readonly TimeMark[]): Buffer {
  const buffer = Buffer.alloc(marks.length * RECORD_BYTES);
  marks.forEach(({ offset, at }, i) => {
    buffer.writeDoubleLE(offset, i * RECORD_BYTES);
    buffer.writeDoubleLE(at, i * RECORD_BYTES + 8);
  });
  return buffer;
}

/** Reads what `encodeMarks` wrote, without a last one that was not written whole. */
export function decodeMarks(buffer: Buffer): TimeMark[] {
  return Array.from({ length: Math.floor(buffer.length / RECORD_BYTES) }, (_, i) => ({
    offset: buffer.readDoubleLE(i * RECORD_BYTES),
    at: buffer.readDoubleLE(i * RECORD_BYTES + 8),
  }));
}
