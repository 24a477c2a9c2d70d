import { Context } from '@temporalio/activity';
import { mapLimited } from '../domain/limited.ts';
import type { ReconcileActivities } from '../domain/lifecycle/record.ts';
import { messageOf } from '../domain/errors.ts';
import type { Metrics } from '../domain/metrics.ts';
import { listClusters } from '../db/clusters.ts';
import { markWorkflowStarted, unstartedRuns } from '../db/runs.ts';
import type { Db } from '../db/client.ts';
import type { RunWorkflows } from '../temporal/run-workflows.ts';
import { withFailures } from './failures.ts';
import { heartbeating } from './heartbeat.ts';

const RUNS_AT_A_TIME = 1_000;
const STARTS_AT_ONCE = 16;

export interface ReconcileDeps {
  db: Db;
  runs: RunWorkflows;
  metrics: Metrics;
  /** Seconds that the one who accepted a run has to start it. */
  ageSeconds: number;
  /** Starts the watcher of a cluster unless it runs. */
  ensureWatcher(cluster: string): Promise<void>;
  /** Engines that some worker of this installation can serve. */
  isServed(cluster: { name: string; engine: string | null }): boolean;
}

export function createReconcileActivities(deps: ReconcileDeps): ReconcileActivities {
  return withFailures({
    startOverdueRuns: () => heartbeating((signal) => startOverdue(deps, signal)),
    async ensureWatchers() {
      const clusters = (await listClusters(deps.db)).filter((cluster) => deps.isServed(cluster));
      for (const cluster of clusters) await deps.ensureWatcher(cluster.name);
      return { clusters: clusters.map((cluster) => cluster.name) };
    },
  });
}

/** Starts the workflows of accepted runs that have none; only rows of ours are looked at. */
async function startOverdue(
  deps: ReconcileDeps,
  signal: AbortSignal,
): Promise<{ started: number; known: number }> {
  const overdue = await unstartedRuns(deps.db, deps.ageSeconds, RUNS_AT_A_TIME);
  const known: string[] = [];
  let started = 0;
  await mapLimited(overdue, STARTS_AT_ONCE, async (run) => {
    signal.throwIfAborted();
    try {
      const { runId, alias, user, clusterName, engine, tier } = run;
      const answer = await deps.runs.start({
        runId,
        alias: alias ?? '',
        owner: user ?? '',
        cluster: clusterName ?? '',
        engine,
      });
      if (answer === 'started') {
        started += 1;
        deps.metrics.count('enqueue', { engine, status: 'success', tier: tier ?? '' });
      }
      known.push(runId);
    } catch (error) {
      const detail = { run_id: run.runId, error: messageOf(error) };
      Context.current().log.warn('a run could not be started', detail);
    }
  });
  await markWorkflowStarted(deps.db, known);
  return { started, known: known.length - started };
}
