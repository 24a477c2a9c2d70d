import { S3Client } from '@aws-sdk/client-s3';
import { FlotillaError } from '../domain/errors.ts';
import { s3Settings, unavailable, type AwsPlace } from '../aws/client.ts';
import { Bucket } from './bucket.ts';
import { gunzipped } from './gunzipped.ts';
import { inOrder } from './shipped-keys.ts';
import { unwrapped } from './shipped-lines.ts';
import type { ShippedLogs, ShippedQuery } from './shipped.ts';

export interface ShippedBucket extends AwsPlace {
  bucket: string;
  /** Path within it, before the run's id; as the configuration has it. */
  rootDir?: string | undefined;
}

/**
 * Logs that an agent ships to S3, as objects `<root>/<run id>…`: lines of JSON or CRI text, in plain
 * or gzip, any number and size of them.
 */
export class S3ShippedLogs implements ShippedLogs {
  readonly #client: S3Client;
  readonly #bucket: Bucket;

  constructor(place: ShippedBucket) {
    this.#client = new S3Client(s3Settings(place));
    this.#bucket = new Bucket(this.#client, place.bucket, place.rootDir);
  }

  async read(query: ShippedQuery): Promise<AsyncIterable<Uint8Array> | null> {
    const objects: { key: string; modified: Date }[] = [];
    for await (const { key, modified } of this.#bucket.list(query.runId)) {
      objects.push({ key, modified });
    }
    const chosen = inOrder(objects, query);
    return chosen.length === 0 ? null : this.#readAll(chosen.map(({ key }) => key));
  }

  async *#readAll(keys: readonly string[]): AsyncGenerator<Uint8Array> {
    for (const key of keys) {
      try {
        yield* unwrapped(gunzipped(this.#bucket.read(key, { start: 0 })));
      } catch (error) {
        // One that expired since the list was read.
        if (error instanceof FlotillaError && error.code === 'not_found') continue;
        throw unavailable(`cannot read ${this.#bucket.url(key)}`, error);
      }
    }
  }

  close(): void {
    this.#client.destroy();
  }
}
