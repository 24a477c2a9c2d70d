import type { SpotRules } from '../domain/node-lifecycle.ts';
import type { Telemetry } from '../domain/telemetry.ts';
import type { Db } from '../db/client.ts';
import type { EngineReader } from '../engines/engine.ts';
import type { ShippedLogs } from '../logs/shipped.ts';
import type { SparkLogs } from '../logs/spark-logs.ts';
import type { GrowingLogStore } from '../logs/store.ts';
import type { BulkActions } from '../temporal/bulk-actions.ts';
import type { RunWorkflows } from '../temporal/run-workflows.ts';
import type { TemplateSandbox } from '../templates/sandbox.ts';
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
  /** For links to pods, with `{cluster}`, `{namespace}` and `{pod}`; null where it is not configured. */
  eksPodUrl: string | null;
  temporalNamespace: string;
}

/** What the use cases that act on runs work with. */
export interface Acting {
  db: Db;
  runs: RunWorkflows;
  telemetry: Telemetry;
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
  /** Where schemas are checked and templates are rendered. */
  templates: TemplateSandbox;
  logs: GrowingLogStore;
  /** Where the logs of runs of a flotilla-os before us are, if that is configured. */
  shipped?: ShippedLogs;
  /** Where EMR keeps what Spark jobs write, if that is configured. */
  sparkLogs?: SparkLogs;
  /** What changes of runs, for those that follow them. */
  feed: RunFeed;
}
