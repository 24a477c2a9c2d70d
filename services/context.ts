import type { Db } from '../db/client.ts';
import type { EngineReader } from '../engines/engine.ts';
import type { LogStore } from '../logs/store.ts';
import type { RunWorkflows } from '../temporal/run-workflows.ts';

/** Settings that use cases follow. */
export interface ServiceSettings {
  mode: string;
  ownerVariable: string;
  engineDefault: string;
  clusterDefault: string;
  gpuClusterDefault: string;
  tierDefault: string;
  deadlineSecondsDefault: number;
}

/** What every use case works with; handed in by server.ts. */
export interface Services {
  db: Db;
  runs: RunWorkflows;
  logs: LogStore;
  settings: ServiceSettings;
  /** The read side of a cluster's engine; null when this server cannot read there. */
  readerOf(engine: string, cluster: string): EngineReader | null;
  /** Told of what went wrong without failing the caller. */
  warn(message: string, detail: Record<string, unknown>): void;
}
