/**
 * A log that grows in an object store is chunks, and nothing is ever changed in them. Each collector
 * is a session: it continues the chunks that it saw when it began, its parent's, from the byte where
 * these ended. The log is the latest session with chunks, what that one continues, and so on; so it
 * is always the bytes that one chain of collectors has read, however many there were at once. A
 * session that read its source to the end wins over any other.
 */
export interface Session {
  /** Counts from 1; of two that kept bytes, the later has the higher. */
  number: number;
  /** The session that it continues; 0 for none. */
  parent: number;
  /** Offset of its first byte. */
  begin: number;
  /** Tells sessions apart that took the same number at the same moment. */
  id: string;
}

export interface Chunk {
  session: Session;
  offset: number;
  bytes: number;
  /** True when nothing comes behind it. */
  complete: boolean;
}

/** Bytes `start` to `end` of the log, which its chunk has from its offset on. */
export interface Piece {
  chunk: Chunk;
  start: number;
  end: number;
}

export interface Composed {
  /** Without holes, from byte 0. */
  pieces: readonly Piece[];
  bytes: number;
  /** The chunk that says where the source continues. */
  last: Chunk;
}

const NUMBER_DIGITS = 6;
const OFFSET_DIGITS = 15;
const SESSION = /^(\d{6})\.(\d{6})\.(\d{15})\.([0-9a-f]{8})$/;
const CHUNK = /^(\d{15})-(\d{15})(-end)?$/;
/** The object with which a session takes its number. */
const CLAIM = 'claim';

function padded(value: number, digits: number): string {
  return String(value).padStart(digits, '0');
}

function sessionKey({ number, parent, begin, id }: Session): string {
  const numbers = [padded(number, NUMBER_DIGITS), padded(parent, NUMBER_DIGITS)];
  return [...numbers, padded(begin, OFFSET_DIGITS), id].join('.');
}

export function claimKey(session: Session): string {
  return `${sessionKey(session)}/${CLAIM}`;
}

/** The object with which a session says when lines were written; not needed for anything else. */
export function timesKey(session: Session): string {
  return `${sessionKey(session)}/times`;
}

export function chunkKey({ session, offset, bytes, complete }: Chunk): string {
  const numbers = [padded(offset, OFFSET_DIGITS), padded(bytes, OFFSET_DIGITS)];
  return `${sessionKey(session)}/${numbers.join('-')}${complete ? '-end' : ''}`;
}

/** What a key says; chunk null for a claim, and null for what is no key of ours. */
export function parseKey(key: string): { session: Session; chunk: Chunk | null } | null {
  const [dir = '', name = '', ...more] = key.split('/');
  const match = SESSION.exec(dir);
  if (match === null || more.length > 0) return null;
  const [, number, parent, begin, id = ''] = match;
  const session = { number: Number(number), parent: Number(parent), begin: Number(begin), id };
  if (name === CLAIM) return { session, chunk: null };
  const numbers = CHUNK.exec(name);
  if (numbers === null) return null;
  const [, offset, bytes, complete] = numbers;
  const place = { offset: Number(offset), bytes: Number(bytes), complete: complete !== undefined };
  return { session, chunk: { session, ...place } };
}

/**
 * The log that chunks make; null without any. A hole means that the list of chunks was read while
 * they were merged: the caller lists again.
 */
export function compose(chunks: readonly Chunk[]): Composed | null | 'hole' {
  const sessions = new Map<number, Chunk[]>();
  for (const chunk of chunks) {
    const of = sessions.get(chunk.session.number);
    if (of === undefined) sessions.set(chunk.session.number, [chunk]);
    else of.push(chunk);
  }
  if (sessions.size === 0) return null;
  const whole = chunks.filter(({ complete }) => complete).map(({ session }) => session.number);
  let next = Math.max(...(whole.length > 0 ? whole : sessions.keys()));
  let end: number | null = null;
  let pieces: Piece[] = [];
  let last: Chunk | null = null;
  while (next !== 0) {
    const own = sessions.get(next) ?? [];
    const session = own[0]?.session;
    if (session === undefined) return 'hole';
    const part = walk(own, session.begin, end);
    if (part === 'hole') return 'hole';
    pieces = [...part.pieces, ...pieces];
    last ??= part.last;
    [end, next] = [session.begin, session.parent];
  }
  if (last === null || (pieces[0]?.start ?? 0) !== 0) return 'hole';
  return { pieces, bytes: pieces.at(-1)?.end ?? 0, last };
}

/** One session's chunks from where it began to their end, or to where the next one begins. */
function walk(
  chunks: readonly Chunk[],
  begin: number,
  end: number | null,
): { pieces: Piece[]; last: Chunk | null } | 'hole' {
  const pieces: Piece[] = [];
  let at = begin;
  let last: Chunk | null = null;
  // Of chunks that begin at one place the longest has the others in it.
  const inOrder = chunks.toSorted(
    (a, b) => a.offset - b.offset || b.bytes - a.bytes || Number(b.complete) - Number(a.complete),
  );
  for (const chunk of inOrder) {
    if (end !== null && at >= end) break;
    const chunkEnd = chunk.offset + chunk.bytes;
    if (chunk.offset > at) return 'hole';
    if (chunk.offset === at && chunk.bytes === 0 && last?.complete !== true) last = chunk;
    if (chunkEnd <= at) continue;
    const until = end === null ? chunkEnd : Math.min(chunkEnd, end);
    pieces.push({ chunk, start: at, end: until });
    [at, last] = [until, chunk];
  }
  if (end !== null && at < end) return 'hole';
  return { pieces, last };
}
