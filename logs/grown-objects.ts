import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { conflict, FlotillaError } from '../domain/errors.ts';
import { LogTimes } from '../domain/log-times.ts';
import type { Bucket } from './bucket.ts';
import {
  chunkKey,
  claimKey,
  compose,
  parseKey,
  timesKey,
  type Chunk,
  type Composed,
  type Session,
} from './grown-chunks.ts';

/** Lists in a row that chunks may have been merged under, and numbers that others may have taken. */
const TRIES = 20;
const TRY_AGAIN_MS = 50;

/** What is kept of a log, and by whom. */
export interface Kept {
  /** The session that readers follow; 0 for none. */
  number: number;
  bytes: number;
  /** Where the source continues. */
  cursor: string | null;
  complete: boolean;
}

const NOTHING: Kept = { number: 0, bytes: 0, cursor: null, complete: false };

export function overtaken(): FlotillaError {
  return conflict('another collector goes on with this log');
}

/** The objects of one growing log. */
export class GrownObjects {
  readonly #bucket: Bucket;
  readonly #dir: string;

  /** @param dir keys of this log begin so; ends with a slash */
  constructor(bucket: Bucket, dir: string) {
    this.#bucket = bucket;
    this.#dir = dir;
  }

  async #list(): Promise<{ sessions: Session[]; chunks: Chunk[] }> {
    const sessions: Session[] = [];
    const chunks: Chunk[] = [];
    for await (const { key } of this.#bucket.list(this.#dir)) {
      const parsed = parseKey(key.slice(this.#dir.length));
      if (parsed === null) continue;
      sessions.push(parsed.session);
      if (parsed.chunk !== null) chunks.push(parsed.chunk);
    }
    return { sessions, chunks };
  }

  async #look(): Promise<{ sessions: Session[]; composed: Composed | null }> {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const { sessions, chunks } = await this.#list();
      const composed = compose(chunks);
      if (composed !== 'hole') return { sessions, composed };
      await sleep(TRY_AGAIN_MS);
    }
    const text = `bytes are missing in ${this.#bucket.url(this.#dir)}`;
    throw new FlotillaError('unavailable', text);
  }

  /** The log as it is now; null when nothing is kept of it. */
  async composed(): Promise<Composed | null> {
    return (await this.#look()).composed;
  }

  async kept(): Promise<Kept> {
    for (;;) {
      const composed = await this.composed();
      if (composed === null) return NOTHING;
      const { bytes, last } = composed;
      const object = await this.#bucket.get(this.#dir + chunkKey(last), { start: last.bytes });
      // Else the chunk was merged into another one meanwhile.
      if (object === null) continue;
      const cursor = object.body.toString('utf8') === '' ? null : object.body.toString('utf8');
      return { number: last.session.number, bytes, cursor, complete: last.complete };
    }
  }

  /** Bytes `start` to `end` of the log, of its chunk. Throws `not_found` when it is there no more. */
  read(chunk: Chunk, start: number, end: number): AsyncIterable<Uint8Array> {
    const range = { start: start - chunk.offset, end: end - chunk.offset };
    return this.#bucket.read(this.#dir + chunkKey(chunk), range);
  }

  /** Bytes and the place behind them in one object, so that both are there or neither. */
  write(chunk: Chunk, parts: readonly Uint8Array[], cursor: string | null): Promise<void> {
    const body = Buffer.concat([...parts, Buffer.from(cursor ?? '')]);
    return this.#bucket.put(this.#dir + chunkKey(chunk), body);
  }

  /** Keeps when lines of a session's bytes were written. */
  writeTimes(session: Session, times: LogTimes): Promise<void> {
    return this.#bucket.put(this.#dir + timesKey(session), times.encode());
  }

  /** When lines were written, as far as the sessions of the log have said; null without a log. */
  async times(): Promise<LogTimes | null> {
    const composed = await this.composed();
    if (composed === null) return null;
    const times = new LogTimes();
    const sessions = new Map(composed.pieces.map((piece) => [piece.chunk.session.id, piece]));
    for (const { chunk } of sessions.values()) {
      const { session } = chunk;
      const own = composed.pieces.filter((piece) => piece.chunk.session.id === session.id);
      const object = await this.#bucket.get(this.#dir + timesKey(session));
      const kept = LogTimes.decode(object?.body ?? Buffer.alloc(0));
      times.addAll(kept, own[0]?.start ?? 0, own.at(-1)?.end ?? 0);
    }
    return times;
  }

  removeChunks(chunks: readonly Chunk[]): Promise<void> {
    return this.#bucket.remove(chunks.map((chunk) => this.#dir + chunkKey(chunk)));
  }

  removeClaim(session: Session): Promise<void> {
    return this.#bucket.remove([this.#dir + claimKey(session)]);
  }

  async removeAll(): Promise<void> {
    const keys: string[] = [];
    for await (const { key } of this.#bucket.list(this.#dir)) keys.push(key);
    await this.#bucket.remove(keys);
  }

  /**
   * Begins a session behind the log as it was seen, with a number of its own: one that nobody had when
   * it was taken, and that nobody else was seen to have or exceed afterwards. Whoever comes later
   * sees it, and takes a higher one. This needs no more of a store than lists that are current.
   * Throws FlotillaError `conflict` when the log has grown since it was seen.
   */
  async begin(seen: Kept): Promise<Session> {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const { sessions, composed } = await this.#look();
      if (hasMoved(composed, seen)) throw overtaken();
      const session = {
        number: Math.max(0, ...sessions.map(({ number }) => number)) + 1,
        parent: seen.number,
        begin: seen.bytes,
        id: randomBytes(4).toString('hex'),
      };
      await this.#bucket.put(this.#dir + claimKey(session), new Uint8Array());
      const now = await this.#look();
      const others = now.sessions.filter(({ id }) => id !== session.id);
      const isLatest = others.every(({ number }) => number < session.number);
      if (isLatest && !hasMoved(now.composed, seen)) return session;
      await this.removeClaim(session);
      await sleep(TRY_AGAIN_MS * (1 + Math.random() * tries));
    }
    throw overtaken();
  }
}

function hasMoved(composed: Composed | null, seen: Kept): boolean {
  if (composed === null) return seen.number !== 0;
  const { last, bytes } = composed;
  const isSame = last.session.number === seen.number && last.complete === seen.complete;
  return !isSame || bytes !== seen.bytes;
}
