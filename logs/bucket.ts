import { Readable } from 'node:stream';
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  paginateListObjectsV2,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { FlotillaError, notFound } from '../domain/errors.ts';
import { isNamed, statusOf, unavailable } from '../aws/client.ts';

const DELETE_AT_ONCE = 1000;
/** Bytes of one part of a big object; S3 takes 10,000 parts. */
const PART_BYTES = 16 * 1024 * 1024;
const PARTS_AT_ONCE = 2;
/** Connections in a row that may break off without a byte. */
const BARREN_READS = 3;

export interface ObjectInfo {
  key: string;
  bytes: number;
  modified: Date;
}

export interface SmallObject {
  body: Buffer;
  metadata: Readonly<Record<string, string>>;
}

/** Bytes from `start` up to, and not including, `end`. */
export interface ByteRange {
  start: number;
  end?: number;
}

/**
 * The objects of an S3 bucket under a prefix; keys do not name it. All methods throw FlotillaError
 * `unavailable` when S3 refuses or does not answer.
 */
export class Bucket {
  readonly #client: S3Client;
  readonly #name: string;
  readonly #prefix: string;

  constructor(client: S3Client, name: string, prefix = '') {
    this.#client = client;
    this.#name = name;
    const bare = prefix.replaceAll(/^\/+|\/+$/g, '');
    this.#prefix = bare === '' ? '' : `${bare}/`;
  }

  /** Where a key is, for people. */
  url(key: string): string {
    return `s3://${this.#name}/${this.#prefix}${key}`;
  }

  /** An object in memory, or what there is of a part of it; null when there is none. */
  async get(key: string, range: ByteRange = { start: 0 }): Promise<SmallObject | null> {
    try {
      const answer = await this.#get(key, range);
      const body = Buffer.from((await answer.Body?.transformToByteArray()) ?? []);
      return { body, metadata: answer.Metadata ?? {} };
    } catch (error) {
      if (isMissing(error)) return null;
      if (statusOf(error) === 416) return { body: Buffer.alloc(0), metadata: {} };
      throw unavailable(`cannot read ${this.url(key)}`, error);
    }
  }

  /**
   * An object's bytes, however many; connections that break are taken up where they broke.
   * Throws FlotillaError `not_found` when there is no such object (any more).
   */
  async *read(key: string, range: ByteRange): AsyncGenerator<Uint8Array> {
    let start = range.start;
    for (let barren = 0; ; barren += 1) {
      try {
        const rest = { ...range, start };
        const answer = await this.#get(key, rest);
        for await (const chunk of answer.Body as Readable) {
          if (!(chunk instanceof Uint8Array)) continue;
          start += chunk.length;
          barren = 0;
          yield chunk;
        }
        return;
      } catch (error) {
        if (statusOf(error) === 416) return;
        if (isMissing(error)) throw notFound(`there is no ${this.url(key)}`);
        const final = statusOf(error) !== null || barren >= BARREN_READS;
        if (final) throw unavailable(`cannot read ${this.url(key)}`, error);
      }
    }
  }

  #get(key: string, { start, end }: ByteRange) {
    const whole = start === 0 && end === undefined;
    const Range = whole ? undefined : `bytes=${start}-${end === undefined ? '' : end - 1}`;
    return this.#client.send(
      new GetObjectCommand({ Bucket: this.#name, Key: this.#prefix + key, Range }),
    );
  }

  async put(key: string, body: Uint8Array, metadata: Record<string, string> = {}): Promise<void> {
    try {
      await this.#put(key, body, metadata, false);
    } catch (error) {
      throw unavailable(`cannot write ${this.url(key)}`, error);
    }
  }

  /**
   * Writes an object where there is none: false when there is one. A store without conditional
   * writes may replace an object that was written at the same moment.
   */
  async putNew(key: string, body: Uint8Array, metadata: Record<string, string> = {}) {
    try {
      if ((await this.get(key, { start: 0, end: 1 })) !== null) return false;
      await this.#put(key, body, metadata, true);
      return true;
    } catch (error) {
      const status = statusOf(error);
      // 409: another write of it is under way.
      if (status === 412 || status === 409) return false;
      if (status !== 501) throw unavailable(`cannot write ${this.url(key)}`, error);
    }
    await this.put(key, body, metadata);
    return true;
  }

  #put(key: string, body: Uint8Array, metadata: Record<string, string>, isNew: boolean) {
    return this.#client.send(
      new PutObjectCommand({
        Bucket: this.#name,
        Key: this.#prefix + key,
        Body: body,
        Metadata: metadata,
        ...(isNew ? { IfNoneMatch: '*' } : {}),
      }),
    );
  }

  /**
   * Writes an object of any size, in parts, holding a few of them in memory.
   * @param bytes bytes there will be, where that is known: very big objects need bigger parts
   */
  async upload(
    key: string,
    chunks: AsyncIterable<Uint8Array>,
    progress: () => void,
    bytes = 0,
  ): Promise<void> {
    const body = Readable.from(chunks, { objectMode: false });
    try {
      const upload = new Upload({
        client: this.#client,
        params: { Bucket: this.#name, Key: this.#prefix + key, Body: body },
        partSize: Math.max(PART_BYTES, Math.ceil(bytes / 9000)),
        queueSize: PARTS_AT_ONCE,
      });
      upload.on('httpUploadProgress', progress);
      await upload.done();
    } catch (error) {
      throw unavailable(`cannot write ${this.url(key)}`, error);
    } finally {
      body.destroy();
    }
  }

  /** All objects whose key begins so, in the order of their keys. */
  async *list(prefix: string): AsyncGenerator<ObjectInfo> {
    const query = { Bucket: this.#name, Prefix: this.#prefix + prefix };
    try {
      for await (const page of paginateListObjectsV2({ client: this.#client }, query)) {
        for (const { Key: key, Size: bytes, LastModified: modified } of page.Contents ?? []) {
          if (key === undefined) continue;
          const own = key.slice(this.#prefix.length);
          yield { key: own, bytes: bytes ?? 0, modified: modified ?? new Date(0) };
        }
      }
    } catch (error) {
      throw unavailable(`cannot list ${this.url(prefix)}`, error);
    }
  }

  /** Removes objects; those that are not there are no error. */
  async remove(keys: readonly string[]): Promise<void> {
    for (let at = 0; at < keys.length; at += DELETE_AT_ONCE) {
      const objects = keys
        .slice(at, at + DELETE_AT_ONCE)
        .map((key) => ({ Key: this.#prefix + key }));
      const query = { Bucket: this.#name, Delete: { Objects: objects, Quiet: true } };
      const answer = await this.#client.send(new DeleteObjectsCommand(query)).catch((error) => {
        throw unavailable(`cannot delete in ${this.url('')}`, error);
      });
      const failed = answer.Errors?.[0];
      if (failed === undefined) continue;
      const text = `cannot delete ${failed.Key ?? ''}: ${failed.Message ?? failed.Code ?? ''}`;
      throw new FlotillaError('unavailable', text);
    }
  }
}

/** True when S3 says that there is no such object; a missing bucket is another matter. */
function isMissing(error: unknown): boolean {
  if (isNamed(error, 'NoSuchKey', 'NotFound')) return true;
  return statusOf(error) === 404 && !isNamed(error, 'NoSuchBucket');
}
