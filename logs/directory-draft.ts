import { appendFile, open, rename, stat, writeFile, type FileHandle } from 'node:fs/promises';
import { systemCode } from '../domain/errors.ts';
import { encodeMarks, LogTimes, type TimeMark } from '../domain/log-times.ts';
import {
  encodeMark,
  grownOf,
  marksPath,
  overtaken,
  publishSegment,
  readChain,
  removeSegment,
  segmentPath,
  timesPath,
  type Mark,
  type Segment,
} from './segments.ts';
import type { LogDraft } from './store.ts';

/** Gathered bytes at which a collector has to wait for the disk. */
const GATHER_BYTES = 256 * 1024;
/** Bytes are gathered so long, so that a busy log costs ten writes a second. */
const GATHER_MS = 100;
/** How often a collector looks whether another one goes on with its log. */
const LOOK_MS = 1_000;
/** Marks are written anew when they take so much: readers read them whole. */
const MARKS_BYTES = 16 * 1024;

/**
 * A collector's hold on a growing log in a directory. Its segment is made with the first bytes; then
 * bytes are written first and the mark behind them, and readers see what is marked.
 */
export class DirectoryDraft implements LogDraft {
  bytes: number;
  cursor: string | null;
  complete: boolean;
  readonly #base: string;
  readonly #before: readonly Segment[];
  readonly #isStored: () => Promise<boolean>;
  #segment: SegmentWriter | null = null;
  #gathered: Uint8Array[] = [];
  #gatheredBytes = 0;
  readonly #times = new LogTimes();
  #gatheredTimes: TimeMark[] = [];
  #marked: Mark;
  #timer: NodeJS.Timeout | null = null;
  #wroteAt = 0;
  /** Writes one after the other; rejected for good once one failed. */
  #writes: Promise<void> = Promise.resolve();
  #failure: { error: unknown } | null = null;

  private constructor(base: string, before: readonly Segment[], isStored: () => Promise<boolean>) {
    this.#base = base;
    this.#before = before;
    this.#isStored = isStored;
    const grown = grownOf(before) ?? { bytes: 0, cursor: null, complete: false };
    this.bytes = grown.bytes;
    this.cursor = grown.cursor;
    this.complete = grown.complete;
    this.#marked = { from: grown.bytes, to: grown.bytes, cursor: grown.cursor, complete: false };
  }

  /** @param isStored true once the whole log is stored, and segments are in vain */
  static async open(base: string, isStored: () => Promise<boolean>): Promise<DirectoryDraft> {
    return new DirectoryDraft(base, await readChain(base), isStored);
  }

  async append(bytes: Uint8Array, cursor: string, marks: readonly TimeMark[] = []): Promise<void> {
    if (this.#failure !== null) throw this.#failure.error;
    for (const mark of marks) {
      const offset = this.bytes + mark.offset;
      if (this.#times.add(offset, mark.at)) this.#gatheredTimes.push({ offset, at: mark.at });
    }
    this.#gathered.push(bytes);
    this.#gatheredBytes += bytes.length;
    this.bytes += bytes.length;
    this.cursor = cursor;
    if (this.#gatheredBytes >= GATHER_BYTES) return this.#write();
    const wait = Math.max(this.#wroteAt + GATHER_MS - Date.now(), 0);
    // A failure is met by the next call.
    this.#timer ??= setTimeout(() => void this.#write().catch(() => undefined), wait);
    return Promise.resolve();
  }

  async finish(): Promise<void> {
    this.complete = true;
    await this.#write();
  }

  async close(): Promise<void> {
    try {
      await this.#write();
    } finally {
      await this.#segment?.close();
    }
  }

  #write(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#writes = this.#writes.then(() => this.#writeGathered());
    this.#writes.catch((error: unknown) => (this.#failure ??= { error }));
    return this.#writes;
  }

  async #writeGathered(): Promise<void> {
    const mark = { ...this.#marked, to: this.bytes, cursor: this.cursor, complete: this.complete };
    const { to, cursor, complete } = this.#marked;
    if (mark.to === to && mark.cursor === cursor && mark.complete === complete) return;
    // Taken before anything is awaited: what comes meanwhile belongs to the next write.
    const bytes = Buffer.concat(this.#gathered);
    const times = this.#gatheredTimes;
    [this.#gathered, this.#gatheredBytes, this.#gatheredTimes] = [[], 0, []];
    this.#segment ??= await SegmentWriter.begin(this.#base, this.#before, this.#isStored);
    await this.#segment.write(bytes, times, mark);
    this.#marked = mark;
    this.#wroteAt = Date.now();
  }
}

/** Writes the files of one segment. */
class SegmentWriter {
  readonly #path: string;
  /** The marks of the segment that would follow this one. */
  readonly #next: string;
  readonly #isStored: () => Promise<boolean>;
  readonly #bytes: FileHandle;
  #marks: FileHandle;
  #marksBytes = 0;
  #lookedAt = Date.now();

  private constructor(
    segment: { path: string; next: string },
    isStored: () => Promise<boolean>,
    files: { bytes: FileHandle; marks: FileHandle },
  ) {
    this.#path = segment.path;
    this.#next = segment.next;
    this.#isStored = isStored;
    this.#bytes = files.bytes;
    this.#marks = files.marks;
  }

  /** @throws FlotillaError `conflict` when another collector went on, or the log is stored */
  static async begin(
    base: string,
    before: readonly Segment[],
    isStored: () => Promise<boolean>,
  ): Promise<SegmentWriter> {
    const { path, number } = await publishSegment(base, before);
    // Asked after it was published: who stores the log removes it, or is seen here.
    if (await isStored()) {
      await removeSegment(path);
      throw overtaken();
    }
    const files = { bytes: await open(path, 'a'), marks: await open(marksPath(path), 'a') };
    const next = marksPath(segmentPath(base, number + 1));
    return new SegmentWriter({ path, next }, isStored, files);
  }

  /** @throws FlotillaError `conflict` when a later collector has taken over */
  async write(bytes: Uint8Array, times: readonly TimeMark[], mark: Mark): Promise<void> {
    if (Date.now() - this.#lookedAt >= LOOK_MS) await this.#look();
    await appendFile(this.#bytes, bytes);
    if (times.length > 0) await appendFile(timesPath(this.#path), encodeMarks(times));
    const line = encodeMark(mark);
    this.#marksBytes += line.length;
    if (this.#marksBytes > MARKS_BYTES) return this.#rewriteMarks(line);
    await appendFile(this.#marks, line);
  }

  async #look(): Promise<void> {
    if (await exists(this.#next)) throw overtaken();
    if (await this.#isStored()) throw overtaken();
    this.#lookedAt = Date.now();
  }

  /** All marks but the last are dropped, so its bytes must be there after a loss of power too. */
  async #rewriteMarks(line: string): Promise<void> {
    await this.#bytes.datasync();
    const marks = marksPath(this.#path);
    const draft = `${marks}.new`;
    await writeFile(draft, line, { flush: true });
    await rename(draft, marks);
    await this.#marks.close();
    this.#marks = await open(marks, 'a');
    this.#marksBytes = line.length;
  }

  async close(): Promise<void> {
    await Promise.all([this.#bytes.close(), this.#marks.close()]);
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    throw error;
  }
}
