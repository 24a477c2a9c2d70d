import type { Config } from './conf/schema.ts';
import type { Db } from './db/client.ts';
import { changeTeller } from './db/run-news.ts';
import type { EngineReader } from './engines/engine.ts';
import { LocalReader } from './engines/local/engine.ts';
import { localClusterDir } from './engines/local/paths.ts';
import { SILENT, type Telemetry } from './domain/telemetry.ts';
import type { Acting, Services } from './services/context.ts';
import { recentReattemptRate } from './services/placement.ts';
import type { RunWorkflows } from './temporal/run-workflows.ts';

/** What the use cases that act on runs work with: a server for its callers, a worker for bulk actions. */
export function actingOn(
  config: Config,
  db: Db,
  runs: RunWorkflows,
  warn: Services['warn'],
  telemetry: Telemetry = SILENT,
): Acting {
  return {
    db,
    runs,
    telemetry,
    changed: changeTeller(db),
    settings: {
      mode: config.flotilla_mode,
      ownerVariable: config.owner_id_var,
      engineDefault: config.default_engine,
      clusterDefault: config.eks_cluster_default,
      gpuClusterDefault: config.eks_gpu_cluster_default ?? config.eks_cluster_default,
      tierDefault: config.eks_tier_default,
      deadlineSecondsDefault: config.run_active_deadline_seconds_default,
      onDemandDeadlineSecondsDefault: config.eks_ondemand_deadline_seconds_default,
      spot: {
        never: config.eks_spot_override,
        reattemptRate: config.eks_spot_reattempt_override,
        thresholdMinutes: config.eks_spot_threshold_minutes,
      },
      temporalUiUrl: config.temporal_ui_url ?? null,
      eksPodUrl: config.eks_pod_url ?? null,
      temporalNamespace: config.temporal_namespace,
    },
    spotReattemptRate: recentReattemptRate(db, warn),
    readerOf: readers(config),
    warn,
  };
}

/** The read side of each cluster, made when it is first asked for. */
function readers(config: Config): Services['readerOf'] {
  const made = new Map<string, EngineReader>();
  return (engine, cluster) => {
    if (engine !== 'local') return null;
    const reader = made.get(cluster) ?? new LocalReader(localClusterDir(config.data_dir, cluster));
    made.set(cluster, reader);
    return reader;
  };
}
