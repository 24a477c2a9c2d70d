/** A place in a log: bytes before it, and CloudWatch's token for what follows. */
export interface Position {
  offset: number;
  /** Null for the head of the stream. */
  token: string | null;
}

export const LOG_START: Position = { offset: 0, token: null };

export function formatPosition({ offset, token }: Position): string {
  return `${offset} ${token ?? ''}`;
}

/** Reads a cursor (pure); what is none begins at the start. */
export function parsePosition(cursor: string | null): Position {
  const [, offset, token] = /^(\d+) (.*)$/s.exec(cursor ?? '') ?? [];
  if (offset === undefined) return LOG_START;
  return { offset: Number(offset), token: token === undefined || token === '' ? null : token };
}

const NEWLINE = Buffer.from('\n');

/** An event of CloudWatch: a line, and when it was written in milliseconds since 1970. */
export interface LoggedLine {
  message?: string | undefined;
  timestamp?: number | undefined;
}

/**
 * When events were written (pure), by offsets in their bytes.
 * @param cut bytes at the beginning of them that are left out
 */
export function marksOf(
  events: readonly LoggedLine[],
  offset: number,
  cut: number,
): { offset: number; at: number }[] {
  const marks: { offset: number; at: number }[] = [];
  let at = -cut;
  for (const [i, { message = '', timestamp }] of events.entries()) {
    if (i > 0 || offset > 0) at += NEWLINE.length;
    if (timestamp !== undefined && at >= 0) marks.push({ offset: at, at: timestamp });
    at += Buffer.byteLength(message);
  }
  return marks;
}

/**
 * The bytes of events (pure): each is a line without its newline, so that one goes between two of them, and
 * the last line of a log has none.
 * @param offset bytes of the log before them
 */
export function bytesOf(messages: readonly string[], offset: number): Buffer {
  const parts = messages.flatMap((message, i) =>
    i === 0 && offset === 0 ? [Buffer.from(message)] : [NEWLINE, Buffer.from(message)],
  );
  return Buffer.concat(parts);
}
