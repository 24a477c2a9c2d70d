import type { RetryPolicy } from '../domain/retry.ts';
import type { Db } from '../db/client.ts';
import type { Engine } from '../engines/engine.ts';
import type { ManifestArchive } from '../logs/manifest-archive.ts';
import type { ShippedLogs } from '../logs/shipped.ts';
import type { GrowingLogStore } from '../logs/store.ts';
import type { LogCollection } from './collect.ts';

/** What the activities of one cluster work with. */
export interface EngineDeps {
  cluster: string;
  db: Db;
  engine: Engine;
  logs: GrowingLogStore;
  /** Null where the engine's logs stay until they are released. */
  collection: LogCollection | null;
  /** Where logs are that the cluster dropped. */
  shipped?: ShippedLogs;
  /** Where manifests are kept beside the database, if anywhere. */
  manifests?: ManifestArchive;
  retryDefaults: RetryPolicy;
}

/** The retry policy of a definition: its own fields, else the configured ones. */
export function policyOf(
  deps: Pick<EngineDeps, 'retryDefaults'>,
  own: Partial<RetryPolicy> | null | undefined,
): RetryPolicy {
  return { ...deps.retryDefaults, ...own };
}
