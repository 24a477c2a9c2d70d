import { S3Client } from '@aws-sdk/client-s3';
import { s3Settings, unavailable, type AwsPlace } from '../aws/client.ts';
import { FlotillaError } from '../domain/errors.ts';
import { Bucket, type ObjectInfo } from './bucket.ts';
import { gunzipped } from './gunzipped.ts';

/** One of the files in which EMR keeps what a Spark job's containers write. */
export interface SparkLogQuery {
  virtualCluster: string;
  /** Id of the job run. */
  jobRun: string;
  /** A word in the name of the pod, such as `driver` or `exec-1`. */
  role: string;
  /** `stderr` or `stdout`. */
  facility: string;
}

/** Where EMR puts them. */
export interface SparkLogs {
  /**
   * The newest file whose key has both words, as far as it goes; null where there is none. Throws
   * FlotillaError `unavailable`, also while it is read, when there is no answer now.
   */
  read(query: SparkLogQuery): Promise<AsyncIterable<Uint8Array> | null>;
}

export interface SparkLogBucket extends AwsPlace {
  bucket: string;
  /** Path within it, before the virtual cluster's id. */
  path: string;
}

/** In S3: `<path>/<virtual cluster>/jobs/<job run>/containers/<application>/<pod>/stderr.gz`. */
export class S3SparkLogs implements SparkLogs {
  readonly #bucket: Bucket;

  constructor(place: SparkLogBucket) {
    this.#bucket = new Bucket(new S3Client(s3Settings(place)), place.bucket, place.path);
  }

  async read(query: SparkLogQuery): Promise<AsyncIterable<Uint8Array> | null> {
    const { virtualCluster, jobRun, role, facility } = query;
    let newest: ObjectInfo | null = null;
    for await (const object of this.#bucket.list(`${virtualCluster}/jobs/${jobRun}/`)) {
      const name = object.key.slice(object.key.lastIndexOf(`${jobRun}/`) + jobRun.length);
      if (!name.includes(role) || !name.includes(facility)) continue;
      if (newest === null || newest.modified <= object.modified) newest = object;
    }
    return newest === null ? null : this.#content(newest.key);
  }

  async *#content(key: string): AsyncGenerator<Uint8Array> {
    try {
      yield* gunzipped(this.#bucket.read(key, { start: 0 }));
    } catch (error) {
      // One that expired since the list was read.
      if (error instanceof FlotillaError && error.code === 'not_found') return;
      throw unavailable(`cannot read ${this.#bucket.url(key)}`, error);
    }
  }
}
