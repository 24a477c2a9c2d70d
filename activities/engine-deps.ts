import { engineOfRunId, type EngineName } from '../domain/engine-name.ts';
import type { JobRef } from '../domain/lifecycle/messages.ts';
import type { RetryPolicy } from '../domain/retry.ts';
import type { Telemetry } from '../domain/telemetry.ts';
import type { Db } from '../db/client.ts';
import type { Engine } from '../engines/engine.ts';
import type { ExtractExceptions } from '../logs/exception-extractor.ts';
import type { ManifestArchive } from '../logs/manifest-archive.ts';
import type { ShippedLogs } from '../logs/shipped.ts';
import type { GrowingLogStore } from '../logs/store.ts';
import type { LogCollection } from './collect.ts';

/** What the activities of one cluster work with. */
export interface EngineDeps {
  cluster: string;
  db: Db;
  telemetry: Telemetry;
  engine: Engine;
  logs: GrowingLogStore;
  /** Null where the engine's logs stay until they are released. */
  collection: LogCollection | null;
  /** Where logs are that the cluster dropped. */
  shipped?: ShippedLogs;
  /** Where manifests are kept beside the database, if anywhere. */
  manifests?: ManifestArchive;
  /** Takes exceptions out of the logs of failed runs of engine eks. */
  extractExceptions?: ExtractExceptions;
  retryDefaults: RetryPolicy;
}

/** The retry policy of a definition: its own fields, else the configured ones. */
export function policyOf(
  deps: Pick<EngineDeps, 'retryDefaults'>,
  own: Partial<RetryPolicy> | null | undefined,
): RetryPolicy {
  return { ...deps.retryDefaults, ...own };
}

/** The engine of a run: a cluster of engine eks may run Spark jobs, too. */
export function engineOf(
  { engine }: Pick<EngineDeps, 'engine'>,
  { runId }: Pick<JobRef, 'runId'>,
): EngineName {
  return engineOfRunId(runId) === 'eks-spark' ? 'eks-spark' : engine.name;
}
