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
  /** Clusters that have a watcher. */
  watchedClusters(): Promise<string[]>;
  /** Waits until the watcher of a cluster that is no longer known has ended, and sees to it that it does. */
  retireWatcher(cluster: string, signal: AbortSignal): Promise<void>;
  /** Engines that some worker of this installation can serve. */
  isServed(cluster: { name: string; engine: string | null }): boolean;
}

export function createReconcileActivities(deps: ReconcileDeps): ReconcileActivities {
  return withFailures({
    startOverdueRuns: () => heartbeating((signal) => startOverdue(deps, signal)),
    ensureWatchers: () => heartbeating((signal) => ensureWatchers(deps, signal)),
  });
}

async function ensureWatchers(
  deps: ReconcileDeps,
  signal: AbortSignal,
): Promise<{ clusters: string[] }> {
  const rows = await listClusters(deps.db);
  const clusters = rows.filter((row) => deps.isServed(row)).map(({ name }) => name);
  for (const cluster of clusters) await deps.ensureWatcher(cluster);
  await retireLeftWatchers(deps, new Set(rows.map(({ name }) => name)), signal);
  return { clusters };
}

/** A cluster that went while nobody served it has left its watcher, which waits for a worker for ever. */
async function retireLeftWatchers(
  deps: ReconcileDeps,
  known: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<void> {
  try {
    const left = (await deps.watchedClusters()).filter((cluster) => !known.has(cluster));
    await Promise.all(left.map((cluster) => deps.retireWatcher(cluster, signal)));
  } catch (error) {
    signal.throwIfAborted();
    // They cost little, and what depends on the rest of reconcile does not wait for Temporal's visibility.
    const detail = { error: messageOf(error) };
    Context.current().log.warn('watchers of clusters that are gone could not be ended', detail);
  }
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
