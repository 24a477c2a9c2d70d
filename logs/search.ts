import type { AttemptLog } from './attempt-log.ts';

const NEWLINE = 0x0a;
const CONTEXT_BYTES = 240;

export interface LogMatch {
  /** Counts from 1. */
  line: number;
  /** Offset of the match's first byte. */
  offset: number;
  /** The line, or what surrounds the match in a long one. */
  text: string;
}

export interface SearchBounds {
  /** Matching lines at the most. */
  limit: number;
  /** Milliseconds at the most. */
  timeMs: number;
}

export interface SearchEnd {
  matches: number;
  scannedBytes: number;
  /** Why the search ended before the log did, or null. */
  cut: 'limit' | 'time' | null;
}

/**
 * Finds the lines that contain a text, letter by letter, the first match of each. Reads the log in
 * chunks and keeps none of it.
 */
export async function* searchLog(
  log: AttemptLog,
  text: string,
  bounds: SearchBounds,
  signal: AbortSignal,
): AsyncGenerator<LogMatch, SearchEnd> {
  const scan = new Scan(Buffer.from(text));
  const until = Date.now() + bounds.timeMs;
  let matches = 0;
  for await (const chunk of log.read(0)) {
    for (const match of scan.take(chunk)) {
      yield match;
      matches += 1;
      if (matches >= bounds.limit) return { matches, scannedBytes: scan.bytes, cut: 'limit' };
    }
    if (signal.aborted || Date.now() > until) {
      return { matches, scannedBytes: scan.bytes, cut: 'time' };
    }
  }
  return { matches, scannedBytes: scan.bytes, cut: null };
}

/** A search over chunks: a match may lie across two of them. */
class Scan {
  readonly #needle: Buffer;
  /** The end of what was seen, as long as a match may still begin there. */
  #tail: Buffer = Buffer.alloc(0);
  #line = 1;
  #lineStart = 0;
  /** Newlines before this offset are counted. */
  #counted = 0;
  /** The last line reported: one match a line is enough. */
  #reported = 0;
  bytes = 0;

  constructor(needle: Buffer) {
    this.#needle = needle;
  }

  *take(chunk: Uint8Array): Generator<LogMatch> {
    const buffer = Buffer.concat([this.#tail, chunk]);
    const base = this.bytes - this.#tail.length;
    let at = buffer.indexOf(this.#needle);
    while (at >= 0) {
      this.#countTo(buffer, base, base + at);
      if (this.#line !== this.#reported) {
        this.#reported = this.#line;
        yield { line: this.#line, offset: base + at, text: this.#excerpt(buffer, base, at) };
      }
      const lineEnd = buffer.indexOf(NEWLINE, at);
      at = lineEnd < 0 ? -1 : buffer.indexOf(this.#needle, lineEnd + 1);
    }
    this.bytes += chunk.length;
    this.#tail = Buffer.from(buffer.subarray(Math.max(buffer.length - this.#needle.length + 1, 0)));
    this.#countTo(buffer, base, this.bytes - this.#tail.length);
  }

  #countTo(buffer: Buffer, base: number, offset: number): void {
    let at = buffer.indexOf(NEWLINE, Math.max(this.#counted - base, 0));
    while (at >= 0 && base + at < offset) {
      this.#line += 1;
      this.#lineStart = base + at + 1;
      at = buffer.indexOf(NEWLINE, at + 1);
    }
    this.#counted = Math.max(this.#counted, offset);
  }

  #excerpt(buffer: Buffer, base: number, at: number): string {
    const lineEnd = buffer.indexOf(NEWLINE, at);
    const from = Math.max(this.#lineStart - base, at - CONTEXT_BYTES, 0);
    const to = Math.min(
      lineEnd < 0 ? buffer.length : lineEnd,
      at + this.#needle.length + CONTEXT_BYTES,
    );
    return buffer.toString('utf8', from, to);
  }
}
