import { FlotillaError } from '../domain/errors.ts';
import { LogTimes, type TimeMark } from '../domain/log-times.ts';
import { chunkKey, type Chunk, type Session } from './grown-chunks.ts';
import { overtaken, type GrownObjects, type Kept } from './grown-objects.ts';
import type { LogDraft } from './store.ts';

/** How long bytes may wait for others. */
const GATHER_MS = 1000;
/** Bytes that wait for nothing. */
const CHUNK_BYTES = 4 * 1024 * 1024;
/** Chunks, and bytes of them, that become one: lists stay short, however slowly a log grows. */
const MERGE_CHUNKS = 128;
const MERGE_BYTES = CHUNK_BYTES;
/** How often a collector looks whether another one goes on with its log. */
const LOOK_MS = 2000;

/** Times of lines are written this often, and more rarely the more there are: whole each time. */
const TIMES_MS = 5_000;
const TIMES_MS_PER_MARK = 2;

/**
 * One collector's hold on a growing log in an object store. Its session begins with the first bytes.
 * Holds some megabytes at the most.
 */
export class ObjectDraft implements LogDraft {
  bytes: number;
  cursor: string | null;
  complete: boolean;
  readonly #objects: GrownObjects;
  readonly #seen: Kept;
  readonly #isStored: () => Promise<boolean>;
  #session: Session | null = null;
  #waiting: Uint8Array[] = [];
  /** True when there is something that was not written. */
  #dirty = false;
  /** Offset behind what is written. */
  #written: number;
  /** What was written since the last merge, to merge it without reading it again. */
  #recent: { chunk: Chunk; parts: Uint8Array[] }[] = [];
  #hasWritten = false;
  readonly #times = new LogTimes();
  #timesWritten = { at: 0, bytes: 0 };
  #lookedAt = 0;
  #timer: NodeJS.Timeout | null = null;
  /** Writes one after the other; rejected for good once one failed. */
  #writes: Promise<void> = Promise.resolve();
  #failure: { error: unknown } | null = null;

  /** @param isStored true once the whole log is stored, and chunks are in vain */
  constructor(objects: GrownObjects, seen: Kept, isStored: () => Promise<boolean>) {
    this.#objects = objects;
    this.#seen = seen;
    this.#isStored = isStored;
    this.#written = seen.bytes;
    this.bytes = seen.bytes;
    this.cursor = seen.cursor;
    this.complete = seen.complete;
  }

  async append(bytes: Uint8Array, cursor: string, marks: readonly TimeMark[] = []): Promise<void> {
    if (this.#failure !== null) throw this.#failure.error;
    if (this.complete) throw new FlotillaError('conflict', 'the log is complete');
    for (const { offset, at } of marks) this.#times.add(this.bytes + offset, at);
    this.#waiting.push(bytes);
    this.bytes += bytes.length;
    this.cursor = cursor;
    this.#dirty = true;
    if (this.bytes - this.#written >= CHUNK_BYTES) return this.#write();
    // A failure is met by the next call.
    this.#timer ??= setTimeout(() => void this.#write().catch(() => undefined), GATHER_MS);
    return Promise.resolve();
  }

  async finish(): Promise<void> {
    if (this.complete) return;
    this.complete = true;
    this.#dirty = true;
    await this.#write();
  }

  async close(): Promise<void> {
    await this.#write();
    if (this.#session !== null) await this.#writeTimes(this.#session);
    // Stored between the last look and the last write: nobody else would remove that one.
    if (this.#session !== null && (await this.#isStored())) await this.#objects.removeAll();
  }

  #write(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#writes = this.#writes.then(() => this.#writeWaiting());
    this.#writes.catch((error: unknown) => (this.#failure ??= { error }));
    return this.#writes;
  }

  async #writeWaiting(): Promise<void> {
    if (!this.#dirty) return;
    // Taken before anything is awaited: what comes meanwhile belongs to the next write.
    const { cursor, complete } = this;
    const [parts, offset, bytes] = [this.#waiting, this.#written, this.bytes - this.#written];
    [this.#waiting, this.#written, this.#dirty] = [[], this.bytes, false];
    const session = this.#session ?? (await this.#begin());
    this.#session = session;
    if (complete || Date.now() - this.#lookedAt >= LOOK_MS) await this.#look(session);
    const chunk = { session, offset, bytes, complete };
    await this.#objects.write(chunk, parts, cursor);
    this.#hasWritten = true;
    const pause = TIMES_MS + this.#times.marks.length * TIMES_MS_PER_MARK;
    if (complete || Date.now() - this.#timesWritten.at >= pause) await this.#writeTimes(session);
    this.#recent.push({ chunk, parts });
    const recentBytes = this.#recent.reduce((sum, one) => sum + one.chunk.bytes, 0);
    if (this.#recent.length < MERGE_CHUNKS && recentBytes < MERGE_BYTES) return;
    await this.#merge(chunk, cursor);
  }

  async #begin(): Promise<Session> {
    const session = await this.#objects.begin(this.#seen);
    this.#lookedAt = Date.now();
    // Asked after it has begun: who stores the log removes it, or is seen here.
    if (!(await this.#isStored())) return session;
    await this.#objects.removeClaim(session);
    throw overtaken();
  }

  async #look(session: Session): Promise<void> {
    const number = (await this.#objects.composed())?.last.session.number ?? session.number;
    // Until its first chunk is there, readers see what the session continues.
    const own = number === session.number || (number === session.parent && !this.#hasWritten);
    if (!own || (await this.#isStored())) throw overtaken();
    this.#lookedAt = Date.now();
  }

  /** What fails here is no reason to give up the log. */
  async #writeTimes(session: Session): Promise<void> {
    const bytes = this.#written;
    if (!this.#times.isKnown || bytes === this.#timesWritten.bytes) return;
    this.#times.cover(bytes);
    this.#timesWritten = { at: Date.now(), bytes };
    await this.#objects.writeTimes(session, this.#times).catch(() => undefined);
  }

  /** Puts recent chunks into one and removes them: whoever reads one then looks again. */
  async #merge(last: Chunk, cursor: string | null): Promise<void> {
    const recent = this.#recent;
    const offset = recent[0]?.chunk.offset ?? last.offset;
    const merged = { ...last, offset, bytes: last.offset + last.bytes - offset };
    const others = recent.filter(({ chunk }) => chunkKey(chunk) !== chunkKey(merged));
    if (others.length > 0) {
      const parts = recent.flatMap((one) => one.parts);
      await this.#objects.write(merged, parts, cursor);
      await this.#objects.removeChunks(others.map(({ chunk }) => chunk));
    }
    this.#recent = [];
  }
}
