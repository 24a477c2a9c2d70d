import type { SpotRules } from '../domain/node-lifecycle.ts';
import type { Db } from '../db/client.ts';
import type { EngineReader } from '../engines/engine.ts';
import type { ShippedLogs } from '../logs/shipped.ts';
import type { GrowingLogStore } from '../logs/store.ts';
import type { BulkActions } from '../temporal/bulk-actions.ts';
import type { RunWorkflows } from '../temporal/run-workflows.ts';
import type { RunFeed } from './run-feed.ts';

/** Settings that use cases follow. */
export interface ServiceSettings {
  mode: string;
  ownerVariable: string;
  engineDefault: string;
  clusterDefault: string;
  gpuClusterDefault: string;
  tierDefault: string;
  deadlineSecondsDefault: number;
  /** Of runs of engine eks that go on demand. */
  onDemandDeadlineSecondsDefault: number;
  spot: SpotRules;
  /** For links to the workflows of runs; null where it is not configured. */
  temporalUiUrl: string | null;
  temporalNamespace: string;
}

/** What the use cases that act on runs work with. */
export interface Acting {
  db: Db;
  runs: RunWorkflows;
  settings: ServiceSettings;
  /** The read side of a cluster's engine; null when this process cannot read there. */
  readerOf(engine: string, cluster: string): EngineReader | null;
  /** Share of recent runs on spot capacity that needed another attempt; null when unknown. */
  spotReattemptRate(): Promise<number | null>;
  /** Called after commits that change what lists show of a run. */
  changed(): void;
  /** Told of what went wrong without failing the caller. */
  warn(message: string, detail: Record<string, unknown>): void;
}

/** What every use case works with; handed in by server.ts. */
export interface Services extends Acting {
  bulk: BulkActions;
  logs: GrowingLogStore;
  /** Where the logs of runs of a flotilla-os before us are, if that is configured. */
  shipped?: ShippedLogs;
  /** What changes of runs, for those that follow them. */
  feed: RunFeed;
}
