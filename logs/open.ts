import { join } from 'node:path';
import { FlotillaError } from '../domain/errors.ts';
import { DirectoryLogStore } from './directory-store.ts';

export interface LogStoreSettings {
  data_dir: string;
  log_store_dir?: string | undefined;
}

/** The directory in which whole logs are kept. */
export function logStoreDir(settings: LogStoreSettings): string {
  return settings.log_store_dir ?? join(settings.data_dir, 'logs');
}

/**
 * Opens the log store and proves that it is the one that every other process uses.
 * @param recordOnce stores a fact about the installation unless known; answers with what is known
 * @throws FlotillaError `invalid` when this is another directory
 */
export async function openLogStore(
  settings: LogStoreSettings,
  recordOnce: (key: string, value: string) => Promise<string>,
): Promise<DirectoryLogStore> {
  const dir = logStoreDir(settings);
  const store = new DirectoryLogStore(dir);
  const mine = await store.identity();
  const shared = await recordOnce('log_store', mine);
  if (mine !== shared) {
    throw new FlotillaError(
      'invalid',
      `configuration: log_store_dir ${dir} is not the directory that server and workers share`,
    );
  }
  return store;
}
