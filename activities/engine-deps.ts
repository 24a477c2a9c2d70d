import type { RetryPolicy } from '../domain/retry.ts';
import type { Db } from '../db/client.ts';
import type { Engine } from '../engines/engine.ts';
import type { LogStore } from '../logs/store.ts';

/** What the activities of one cluster work with. */
export interface EngineDeps {
  cluster: string;
  db: Db;
  engine: Engine;
  logs: LogStore;
  retryDefaults: RetryPolicy;
}

/** The retry policy of a definition: its own fields, else the configured ones. */
export function policyOf(
  deps: Pick<EngineDeps, 'retryDefaults'>,
  own: Partial<RetryPolicy> | null | undefined,
): RetryPolicy {
  return { ...deps.retryDefaults, ...own };
}
