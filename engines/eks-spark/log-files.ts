import { gunzip as gunzipWith, constants } from 'node:zlib';
import { promisify } from 'node:util';
import { GetObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { isNamed } from '../../aws/client.ts';
import type { BucketPath } from './settings.ts';
import { keyIn } from './settings.ts';

const gunzip = promisify(gunzipWith);

/** One of the files into which EMR puts what a container writes. */
export interface LogFile {
  key: string;
  /** Changes whenever EMR has put a longer one in its place. */
  version: string;
}

/**
 * The files of a job's containers, `<path>/<virtual cluster>/jobs/<job>/containers/…`. All throw the SDK's
 * errors.
 */
export class LogFiles {
  readonly #s3: S3Client;
  readonly #place: BucketPath;

  constructor(s3: S3Client, place: BucketPath) {
    this.#s3 = s3;
    this.#place = place;
  }

  /** In the order of their keys. */
  async list(virtualCluster: string, id: string): Promise<LogFile[]> {
    const Prefix = `${keyIn(this.#place, virtualCluster, 'jobs', id)}/`;
    const query = { Bucket: this.#place.bucket, Prefix };
    const files: LogFile[] = [];
    for await (const { Contents = [] } of paginateListObjectsV2({ client: this.#s3 }, query)) {
      for (const { Key, ETag, Size, LastModified } of Contents) {
        if (Key === undefined) continue;
        files.push({ key: Key, version: `${ETag} ${Size} ${LastModified?.getTime()}` });
      }
    }
    return files;
  }

  /** What is in a file, as far as it goes; null for one that is gone. */
  async read(key: string, signal: AbortSignal): Promise<Buffer | null> {
    const query = new GetObjectCommand({ Bucket: this.#place.bucket, Key: key });
    try {
      const { Body } = await this.#s3.send(query, { abortSignal: signal });
      const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
      return await unzipped(bytes);
    } catch (error) {
      if (isNamed(error, 'NoSuchKey', 'NotFound')) return null;
      throw error;
    }
  }
}

/** Also of one that was cut off, what there is. */
async function unzipped(bytes: Uint8Array): Promise<Buffer> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return Buffer.from(bytes);
  return gunzip(bytes, { finishFlush: constants.Z_SYNC_FLUSH });
}

const DRIVER_FILE = /\/containers\/[^/]+\/[^/]*driver[^/]*\/(stderr|stdout)[^/]*\.gz$/;

/**
 * The driver's files, of which a run's log is made: what Spark says (stderr), then what the program says
 * (stdout); of a container that was started anew, one after the other.
 */
export function driverFiles(files: readonly LogFile[]): LogFile[] {
  const of = (name: string): LogFile[] =>
    files.filter(({ key }) => DRIVER_FILE.exec(key)?.[1] === name);
  return [...of('stderr'), ...of('stdout')];
}
