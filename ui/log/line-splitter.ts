/** Characters of a line that are kept; the API cuts at as many bytes. */
export const LINE_CHARS = 16 * 1024;

export interface TextLine {
  text: string;
  /** Whether `text` is not all of it. */
  truncated: boolean;
  /** When it was written, in ms since 1970; null where nobody knows, absent while that was not asked. */
  at?: number | null;
}

/** Cuts bytes as they come into lines. What has no newline yet is a line that still grows. */
export class LineSplitter {
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  #rest = '';
  #truncated = false;

  /** @returns the lines that ended in this chunk, without their newlines */
  push(chunk: Uint8Array): TextLine[] {
    const text = this.#decoder.decode(chunk, { stream: true });
    const ended: TextLine[] = [];
    let at = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', at)) {
      this.#hold(text, at, end);
      ended.push(this.rest);
      [this.#rest, this.#truncated] = ['', false];
      at = end + 1;
    }
    this.#hold(text, at, text.length);
    return ended;
  }

  /** The line that has not ended; its text is empty when there is none. */
  get rest(): TextLine {
    return { text: this.#rest, truncated: this.#truncated };
  }

  #hold(text: string, from: number, to: number): void {
    const room = LINE_CHARS - this.#rest.length;
    this.#rest += text.slice(from, Math.min(to, from + room));
    this.#truncated ||= to - from > room;
  }
}
