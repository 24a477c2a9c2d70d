const NEWLINE = 0x0a;

/** Every so many lines the offset of the line's first byte is kept. */
export const LINES_PER_MARK = 1024;

/** Size of an encoded index without its marks. */
export const INDEX_HEADER_BYTES = 24;

/**
 * Where lines begin in a log: the offset of every 1024th line. Grows with the log, and is small
 * enough to keep (8 kB per million lines).
 */
export class LineIndex {
  /** `marks[i]` is the offset of line `i * LINES_PER_MARK`, lines counting from 0. */
  readonly marks: number[];
  /** Newlines seen. */
  #newlines: number;
  /** Bytes seen. */
  #bytes: number;
  /** True when the last byte seen was not a newline. */
  #open: boolean;

  constructor(saved?: { marks: number[]; newlines: number; bytes: number; open: boolean }) {
    this.marks = saved?.marks ?? [0];
    this.#newlines = saved?.newlines ?? 0;
    this.#bytes = saved?.bytes ?? 0;
    this.#open = saved?.open ?? false;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Lines seen; a last line without its newline counts. */
  get lines(): number {
    return this.#newlines + (this.#open ? 1 : 0);
  }

  /** Takes in the bytes that follow those already seen. */
  extend(chunk: Uint8Array): void {
    let at = chunk.indexOf(NEWLINE);
    while (at >= 0) {
      this.#newlines += 1;
      if (this.#newlines % LINES_PER_MARK === 0) this.marks.push(this.#bytes + at + 1);
      at = chunk.indexOf(NEWLINE, at + 1);
    }
    if (chunk.length > 0) this.#open = chunk.at(-1) !== NEWLINE;
    this.#bytes += chunk.length;
  }

  /** The nearest mark at or before a line (from 0). */
  seek(line: number): { line: number; offset: number } {
    const mark = Math.min(Math.floor(line / LINES_PER_MARK), this.marks.length - 1);
    return { line: mark * LINES_PER_MARK, offset: this.marks[mark] ?? 0 };
  }

  /** As bytes: newlines, bytes, open, then the marks, each a little-endian float64. */
  encode(): Buffer {
    const numbers = [this.#newlines, this.#bytes, this.#open ? 1 : 0, ...this.marks];
    const buffer = Buffer.alloc(numbers.length * 8);
    numbers.forEach((value, i) => buffer.writeDoubleLE(value, i * 8));
    return buffer;
  }

  static decode(buffer: Buffer): LineIndex {
    const numbers = Array.from({ length: Math.floor(buffer.length / 8) }, (_, i) =>
      buffer.readDoubleLE(i * 8),
    );
    const [newlines = 0, bytes = 0, open = 0, ...marks] = numbers;
    return new LineIndex({ marks, newlines, bytes, open: open === 1 });
  }
}
