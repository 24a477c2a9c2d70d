import { S3Client } from '@aws-sdk/client-s3';
import { s3Settings, type AwsPlace } from '../aws/client.ts';
import { Bucket } from './bucket.ts';

/** Keeps what attempts were launched with, where people look for it. */
export interface ManifestArchive {
  /** Replaces an earlier one. Throws FlotillaError `unavailable`; the caller logs it and goes on. */
  put(runId: string, attempt: number, yaml: string): Promise<void>;
}

export interface ManifestBucket extends AwsPlace {
  bucket: string;
  rootDir?: string | undefined;
}

/**
 * Manifests where flotilla-os puts them, `s3://<bucket>/<root>/<run id>/<run id>.yaml`; those of
 * later attempts beside it, as `<run id>-<attempt>.yaml`.
 */
export class S3ManifestArchive implements ManifestArchive {
  readonly #client: S3Client;
  readonly #bucket: Bucket;

  constructor(place: ManifestBucket) {
    this.#client = new S3Client(s3Settings(place));
    this.#bucket = new Bucket(this.#client, place.bucket, place.rootDir);
  }

  put(runId: string, attempt: number, yaml: string): Promise<void> {
    const name = attempt === 1 ? runId : `${runId}-${attempt}`;
    return this.#bucket.put(`${runId}/${name}.yaml`, Buffer.from(yaml));
  }

  close(): void {
    this.#client.destroy();
  }
}
