import { join } from 'node:path';
import { FlotillaError, required } from '../domain/errors.ts';
import { DirectoryLogStore } from './directory-store.ts';
import type { GrowingLogStore } from './store.ts';

export interface LogStoreSettings {
  data_dir: string;
  log_store?: 'directory' | 's3' | undefined;
  log_store_dir?: string | undefined;
  log_store_s3_bucket?: string | undefined;
  log_store_s3_prefix?: string | undefined;
  log_store_s3_region?: string | undefined;
  log_store_s3_endpoint?: string | undefined;
  aws_default_region?: string | undefined;
}

/** The directory in which whole logs are kept. */
export function logStoreDir(settings: LogStoreSettings): string {
  return settings.log_store_dir ?? join(settings.data_dir, 'logs');
}

interface Opened {
  store: GrowingLogStore & { identity(): Promise<string> };
  /** Its setting and where it is, for people. */
  place: string;
  kind: 'directory' | 'bucket';
}

/** The SDK of AWS is loaded by those who use it only. */
async function open(settings: LogStoreSettings): Promise<Opened> {
  if (settings.log_store !== 's3') {
    const dir = logStoreDir(settings);
    return { store: new DirectoryLogStore(dir), place: `log_store_dir ${dir}`, kind: 'directory' };
  }
  const { S3LogStore } = await import('./s3-store.ts');
  const store = new S3LogStore({
    bucket: required('log_store_s3_bucket', settings.log_store_s3_bucket),
    prefix: settings.log_store_s3_prefix,
    region: settings.log_store_s3_region ?? settings.aws_default_region,
    endpoint: settings.log_store_s3_endpoint,
  });
  return { store, place: `log_store_s3_bucket ${store.url}`, kind: 'bucket' };
}

/**
 * Opens the log store and proves that it is the one that every other process uses.
 * @param recordOnce stores a fact about the installation unless known; answers with what is known
 * @throws FlotillaError `invalid` when this is another directory or bucket, `unavailable` when the
 * bucket does not answer
 */
export async function openLogStore(
  settings: LogStoreSettings,
  recordOnce: (key: string, value: string) => Promise<string>,
): Promise<GrowingLogStore> {
  const { store, place, kind } = await open(settings);
  const mine = await store.identity();
  const shared = await recordOnce('log_store', mine);
  if (mine !== shared) {
    throw new FlotillaError(
      'invalid',
      `configuration: ${place} is not the ${kind} that server and workers share`,
    );
  }
  return store;
}
