import type { AttemptLog } from './attempt-log.ts';

const NEWLINE = 0x0a;
/** Longer lines are shown cut; their bytes remain readable by offset. */
export const LINE_TEXT_BYTES = 16 * 1024;

export interface LogLine {
  /** Counts from 1. */
  line: number;
  /** Offset of its first byte. */
  offset: number;
  /** Without the newline; bytes that are not UTF-8 become U+FFFD. */
  text: string;
  /** Length in bytes, the newline not counted. */
  bytes: number;
  truncated: boolean;
  /** When it was written, in milliseconds since 1970; null where nobody knows. */
  at: number | null;
}

/**
 * Lines `from` (counting from 1) to at most `from + count - 1`, found by the line index, so that
 * the cost does not depend on how far down the log they are; `timed` says whether times are known at all.
 */
export async function readLines(
  log: AttemptLog,
  from: number,
  count: number,
): Promise<{ lines: LogLine[]; total: number; timed: boolean }> {
  const index = await log.lines();
  const times = await log.times();
  const mark = index.seek(from - 1);
  const lines: LogLine[] = [];
  if (count > 0 && from <= index.lines) {
    for await (const line of split(log.read(mark.offset), mark)) {
      if (line.line >= from) lines.push({ ...line, at: times?.at(line.offset) ?? null });
      if (lines.length >= count) break;
    }
  }
  return { lines, total: index.lines, timed: times?.isKnown ?? false };
}

/** Cuts a stream of bytes into lines, holding no more than a cut line of it. */
async function* split(
  chunks: AsyncIterable<Uint8Array>,
  start: { line: number; offset: number },
): AsyncGenerator<Omit<LogLine, 'at'>> {
  let line = start.line + 1;
  let offset = start.offset;
  let length = 0;
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  const hold = (bytes: Uint8Array): void => {
    const room = LINE_TEXT_BYTES - heldBytes;
    if (room > 0) held.push(bytes.subarray(0, room));
    heldBytes += Math.min(room, bytes.length);
    length += bytes.length;
  };
  const flush = (newline: number): Omit<LogLine, 'at'> => {
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(Buffer.concat(held));
    const flushed = { line, offset, text, bytes: length, truncated: length > heldBytes };
    line += 1;
    offset += length + newline;
    [length, held, heldBytes] = [0, [], 0];
    return flushed;
  };
  for await (const chunk of chunks) {
    let at = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, at)) {
      hold(chunk.subarray(at, end));
      yield flush(1);
      at = end + 1;
    }
    hold(chunk.subarray(at));
  }
  if (length > 0) yield flush(0);
}
