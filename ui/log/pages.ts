import type { TextLine } from './line-splitter.ts';

export const PAGE_LINES = 500;
/** Pages kept at the most: others are asked for again. */
const MOST_PAGES = 60;

/**
 * Lines of a log by number, counting from 0, as far as they are at hand: a window of a log that may be
 * far larger than a browser could hold.
 */
export class Pages {
  /** The least recently used first. */
  readonly #pages = new Map<number, TextLine[]>();

  get(line: number): TextLine | undefined {
    return this.#pages.get(Math.floor(line / PAGE_LINES))?.[line % PAGE_LINES];
  }

  /** Takes in lines from a number on, of any count, as they are now. */
  put(from: number, lines: readonly TextLine[]): void {
    for (const [i, line] of lines.entries()) this.#pageOf(from + i)[(from + i) % PAGE_LINES] = line;
    this.#trim();
  }

  /** Takes in those that are not at hand: what was asked for may be older than what came meanwhile. */
  fill(from: number, lines: readonly TextLine[]): void {
    for (const [i, line] of lines.entries())
      this.#pageOf(from + i)[(from + i) % PAGE_LINES] ??= line;
    this.#trim();
  }

  /** Says when a line that is at hand was written. */
  time(line: number, at: number | null): void {
    const known = this.get(line);
    if (known === undefined || known.at === at) return;
    this.#pageOf(line)[line % PAGE_LINES] = { ...known, at };
  }

  #pageOf(line: number): TextLine[] {
    const number = Math.floor(line / PAGE_LINES);
    const page = this.#pages.get(number) ?? [];
    this.#pages.delete(number);
    this.#pages.set(number, page);
    return page;
  }

  #trim(): void {
    for (const oldest of this.#pages.keys()) {
      if (this.#pages.size <= MOST_PAGES) break;
      this.#pages.delete(oldest);
    }
  }

  /** The pages, by number, of which lines from one to another (exclusive) are not at hand. */
  missing(from: number, to: number): number[] {
    const missing = new Set<number>();
    for (let line = Math.max(from, 0); line < to; line += 1) {
      if (this.get(line) === undefined) missing.add(Math.floor(line / PAGE_LINES));
    }
    return [...missing];
  }
}
