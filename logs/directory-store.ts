import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream, readFileSync } from 'node:fs';
import { link, mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { invalid, notFound, systemCode } from '../domain/errors.ts';
import type { JobRef } from '../domain/lifecycle/messages.ts';
import { LogTimes } from '../domain/log-times.ts';
import { INDEX_HEADER_BYTES, LineIndex } from './line-index.ts';
import { DirectoryDraft } from './directory-draft.ts';
import { grownOf, readChain, readSegments, readTimes, removeSegments } from './segments.ts';
import { timesOf } from './times-of.ts';
import type { GrowingLogStore, GrownLog, LogDraft, LogOrigin, StoredLog } from './store.ts';

const CHUNK_BYTES = 256 * 1024;
const SAFE_RUN_ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/;
const MARKER = 'flotilla-log-store';

interface Files {
  base: string;
  log: string;
  lines: string;
  times: string;
}

/**
 * A directory of logs: `<shard>/<run>/<attempt>.log`, beside it `.lines`, the line index, whose
 * presence says that the log is whole, and `.times`, when its lines were written, where that is known. While a log grows there are `.part.<k>` instead, a segment of
 * each collector.
 */
export class DirectoryLogStore implements GrowingLogStore {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  async stored(ref: JobRef): Promise<StoredLog | null> {
    try {
      const file = await open(this.#files(ref).lines, 'r');
      const header = Buffer.alloc(INDEX_HEADER_BYTES);
      try {
        await file.read(header, 0, INDEX_HEADER_BYTES, 0);
      } finally {
        await file.close();
      }
      const { bytes, lines } = LineIndex.decode(header);
      return { bytes, lines };
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return null;
      throw error;
    }
  }

  async *read(ref: JobRef, offset: number): AsyncGenerator<Uint8Array> {
    const { log } = this.#files(ref);
    try {
      yield* createReadStream(log, { start: offset, highWaterMark: CHUNK_BYTES });
    } catch (error) {
      if (systemCode(error) === 'ENOENT') throw notFound('no log is stored of this attempt');
      throw error;
    }
  }

  async index(ref: JobRef): Promise<LineIndex | null> {
    try {
      return LineIndex.decode(await readFile(this.#files(ref).lines));
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return null;
      throw error;
    }
  }

  async times(ref: JobRef): Promise<LogTimes | null> {
    const { base, times } = this.#files(ref);
    try {
      return LogTimes.decode(await readFile(times));
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw error;
    }
    const chain = (await this.stored(ref)) === null ? await readChain(base) : [];
    return chain.length === 0 ? null : readTimes(chain);
  }

  async store(ref: JobRef, origin: LogOrigin, progress: () => void): Promise<StoredLog> {
    const files = this.#files(ref);
    const stored = (await this.stored(ref)) ?? (await this.#storeFirst(files, origin, progress));
    await removeSegments(files.base);
    return stored;
  }

  async grown(ref: JobRef): Promise<GrownLog | null> {
    if ((await this.stored(ref)) !== null) return null;
    return grownOf(await readChain(this.#files(ref).base));
  }

  async *readGrown(ref: JobRef, offset: number): AsyncGenerator<Uint8Array> {
    const chain = await readChain(this.#files(ref).base);
    if (chain.length === 0) throw notFound('no log of this attempt is growing');
    yield* readSegments(chain, offset);
  }

  grow(ref: JobRef): Promise<LogDraft> {
    const isStored = async (): Promise<boolean> => (await this.stored(ref)) !== null;
    return DirectoryDraft.open(this.#files(ref).base, isStored);
  }

  async #storeFirst(files: Files, origin: LogOrigin, progress: () => void): Promise<StoredLog> {
    await mkdir(dirname(files.log), { recursive: true });
    const draft = `${files.log}.${randomUUID()}`;
    try {
      await bring(origin, draft);
      const index = await indexOf(draft, progress);
      await rename(draft, files.log);
      const times = await timesOf(origin, index.bytes);
      if (times !== null) {
        await writeFile(`${draft}.times`, times.encode());
        await rename(`${draft}.times`, files.times);
      }
      await writeFile(`${draft}.lines`, index.encode());
      await rename(`${draft}.lines`, files.lines);
      return { bytes: index.bytes, lines: index.lines };
    } finally {
      await rm(draft, { force: true });
    }
  }

  #files(ref: JobRef): Files {
    if (!SAFE_RUN_ID.test(ref.runId)) throw invalid('run_id', `${ref.runId} is not a run id`);
    const shard = createHash('md5').update(ref.runId).digest('hex').slice(0, 2);
    const base = join(this.#root, shard, ref.runId, String(ref.attempt));
    return { base, log: `${base}.log`, lines: `${base}.lines`, times: `${base}.times` };
  }

  /**
   * The identity of this directory, made at first use: server and worker compare it with the
   * database's, so that two directories are not taken for one.
   */
  async identity(): Promise<string> {
    await mkdir(this.#root, { recursive: true });
    const path = join(this.#root, MARKER);
    try {
      await writeFile(path, `${randomUUID()}\n`, { flag: 'wx' });
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw error;
    }
    return readFileSync(path, 'utf8').trim();
  }
}

/** A file on the same file system costs a link; anything else is copied. */
async function bring(origin: LogOrigin, draft: string): Promise<void> {
  if (origin.kind === 'file') {
    try {
      await link(origin.path, draft);
      return;
    } catch (error) {
      // A log that never was is an empty one.
      if (systemCode(error) === 'ENOENT') return writeFile(draft, '');
      if (systemCode(error) !== 'EXDEV' && systemCode(error) !== 'EPERM') throw error;
    }
  }
  const bytes = origin.kind === 'file' ? createReadStream(origin.path) : origin.bytes;
  await pipeline(bytes, createWriteStream(draft));
  const file = await open(draft, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

async function indexOf(path: string, progress: () => void): Promise<LineIndex> {
  const index = new LineIndex();
  const { size } = await stat(path);
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES })) {
    if (!(chunk instanceof Uint8Array)) continue;
    index.extend(chunk);
    progress();
  }
  if (index.bytes < size) throw new Error(`read ${index.bytes} of ${size} bytes of ${path}`);
  return index;
}
