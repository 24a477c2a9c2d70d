import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { S3Client } from '@aws-sdk/client-s3';
import { FlotillaError, invalid, notFound, systemCode } from '../domain/errors.ts';
import type { JobRef } from '../domain/lifecycle/messages.ts';
import { LogTimes } from '../domain/log-times.ts';
import { s3Settings, type AwsPlace } from '../aws/client.ts';
import { Bucket } from './bucket.ts';
import type { Composed } from './grown-chunks.ts';
import { ObjectDraft } from './grown-draft.ts';
import { GrownObjects } from './grown-objects.ts';
import { INDEX_HEADER_BYTES, LineIndex } from './line-index.ts';
import { sizeOf } from './size-of.ts';
import { timesOf } from './times-of.ts';
import type { GrowingLogStore, GrownLog, LogDraft, LogOrigin, StoredLog } from './store.ts';

const READ_BYTES = 256 * 1024;
const SAFE_RUN_ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/;
const MARKER = 'flotilla-log-store';

export interface S3Location extends AwsPlace {
  bucket: string;
  prefix?: string | undefined;
}

/**
 * An S3 bucket of logs, or a part of one. Whole logs: `logs/<shard>/<run>/<attempt>.lines` is the line
 * index, whose presence says that the log is whole and whose metadata say which object it is. Growing
 * ones: chunks under `growing/<shard>/<run>/<attempt>/` (grown-chunks.ts).
 */
export class S3LogStore implements GrowingLogStore {
  readonly #client: S3Client;
  readonly #bucket: Bucket;

  constructor(location: S3Location) {
    this.#client = new S3Client(s3Settings(location));
    this.#bucket = new Bucket(this.#client, location.bucket, location.prefix);
  }

  async stored(ref: JobRef): Promise<StoredLog | null> {
    return (await this.#header(ref))?.log ?? null;
  }

  async #header(ref: JobRef): Promise<{ log: StoredLog; key: string } | null> {
    const range = { start: 0, end: INDEX_HEADER_BYTES };
    const object = await this.#bucket.get(keysOf(ref).lines, range);
    if (object === null) return null;
    const { bytes, lines } = LineIndex.decode(object.body);
    return { log: { bytes, lines }, key: keysOf(ref).log(object.metadata['log'] ?? '') };
  }

  async *read(ref: JobRef, offset: number): AsyncGenerator<Uint8Array> {
    const header = await this.#header(ref);
    if (header === null) throw notFound('no log is stored of this attempt');
    if (offset < header.log.bytes) yield* this.#bucket.read(header.key, { start: offset });
  }

  async index(ref: JobRef): Promise<LineIndex | null> {
    const object = await this.#bucket.get(keysOf(ref).lines);
    return object === null ? null : LineIndex.decode(object.body);
  }

  async times(ref: JobRef): Promise<LogTimes | null> {
    const header = await this.#header(ref);
    if (header === null) return this.#growing(ref).times();
    const object = await this.#bucket.get(timesKey(header.key));
    return object === null ? null : LogTimes.decode(object.body);
  }

  async store(ref: JobRef, origin: LogOrigin, progress: () => void): Promise<StoredLog> {
    const before = await this.stored(ref);
    const stored = before ?? (await this.#storeNew(ref, origin, progress));
    await this.#growing(ref).removeAll();
    return stored;
  }

  /** Of two at once the one whose index is there first has stored the log. */
  async #storeNew(ref: JobRef, origin: LogOrigin, progress: () => void): Promise<StoredLog> {
    const keys = keysOf(ref);
    const id = randomUUID();
    const index = new LineIndex();
    const bytes = origin.kind === 'file' ? fileBytes(origin.path) : origin.bytes;
    const size = origin.kind === 'file' ? await sizeOf(origin.path) : 0;
    await this.#bucket.upload(keys.log(id), indexed(bytes, index, progress), progress, size);
    const times = await timesOf(origin, index.bytes);
    if (times !== null) await this.#bucket.put(timesKey(keys.log(id)), times.encode());
    if (await this.#bucket.putNew(keys.lines, index.encode(), { log: id })) {
      return { bytes: index.bytes, lines: index.lines };
    }
    await this.#bucket.remove([keys.log(id), timesKey(keys.log(id))]);
    const first = await this.stored(ref);
    if (first !== null) return first;
    throw new FlotillaError('unavailable', 'another store of this log is under way');
  }

  async grown(ref: JobRef): Promise<GrownLog | null> {
    if ((await this.stored(ref)) !== null) return null;
    const { number, bytes, cursor, complete } = await this.#growing(ref).kept();
    return number === 0 ? null : { bytes, cursor, complete };
  }

  async *readGrown(ref: JobRef, offset: number): AsyncGenerator<Uint8Array> {
    const objects = this.#growing(ref);
    let at = offset;
    for (;;) {
      const composed = await objects.composed();
      if (composed === null) throw notFound('no log of this attempt is growing');
      try {
        for await (const chunk of readComposed(objects, composed, at)) {
          at += chunk.length;
          yield chunk;
        }
        return;
      } catch (error) {
        // Chunks were merged, into one with the same bytes; or all are gone.
        if (!(error instanceof FlotillaError) || error.code !== 'not_found') throw error;
      }
    }
  }

  async grow(ref: JobRef): Promise<LogDraft> {
    const objects = this.#growing(ref);
    const isStored = async (): Promise<boolean> => (await this.stored(ref)) !== null;
    return new ObjectDraft(objects, await objects.kept(), isStored);
  }

  /**
   * The identity of this part of the bucket, made at first use: server and worker compare it with the
   * database's. Throws FlotillaError `unavailable` when the bucket cannot be read or written.
   */
  async identity(): Promise<string> {
    await this.#bucket.putNew(MARKER, Buffer.from(`${randomUUID()}\n`));
    const marker = await this.#bucket.get(MARKER);
    if (marker === null) throw new FlotillaError('unavailable', `${this.url} keeps nothing`);
    return marker.body.toString('utf8').trim();
  }

  /** Where it is, for people. */
  get url(): string {
    return this.#bucket.url('');
  }

  close(): void {
    this.#client.destroy();
  }

  #growing(ref: JobRef): GrownObjects {
    return new GrownObjects(this.#bucket, keysOf(ref).growing);
  }
}

function keysOf(ref: JobRef): { lines: string; growing: string; log(id: string): string } {
  if (!SAFE_RUN_ID.test(ref.runId)) throw invalid('run_id', `${ref.runId} is not a run id`);
  const shard = createHash('md5').update(ref.runId).digest('hex').slice(0, 2);
  const base = `${shard}/${ref.runId}/${ref.attempt}`;
  return {
    lines: `logs/${base}.lines`,
    growing: `growing/${base}/`,
    log: (id) => `logs/${base}.${id}.log`,
  };
}

/** When the lines of a log were written, where that is known; beside the log itself. */
function timesKey(logKey: string): string {
  return `${logKey}.times`;
}

async function* readComposed(
  objects: GrownObjects,
  composed: Composed,
  offset: number,
): AsyncGenerator<Uint8Array> {
  for (const { chunk, start, end } of composed.pieces) {
    if (end > offset) yield* objects.read(chunk, Math.max(start, offset), end);
  }
}

async function* indexed(
  bytes: AsyncIterable<Uint8Array>,
  index: LineIndex,
  progress: () => void,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    index.extend(chunk);
    progress();
    yield chunk;
  }
}

/** A log that never was is an empty one. */
async function* fileBytes(path: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: READ_BYTES })) {
      if (chunk instanceof Uint8Array) yield chunk;
    }
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
  }
}
