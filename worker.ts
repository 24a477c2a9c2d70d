import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Client } from '@temporalio/client';
import {
  type NativeConnection,
  Worker,
  type WorkerInterceptors,
  type WorkerOptions,
} from '@temporalio/worker';
import { createBulkActivities, type BulkDeps } from './activities/bulk.ts';
import { createReconcileActivities } from './activities/reconcile.ts';
import { createRecordActivities } from './activities/records.ts';
import { parseAddress } from './conf/load.ts';
import type { Config } from './conf/schema.ts';
import { findCluster, type ClusterRow } from './db/clusters.ts';
import { openDatabase, waitForDatabase, type Database } from './db/client.ts';
import { recordOnce } from './db/installation.ts';
import { changeTeller } from './db/run-news.ts';
import type { Caller } from './domain/caller.ts';
import type { RunTiming } from './domain/lifecycle/messages.ts';
import { isBuilt } from './domain/engine-name.ts';
import { messageOf, required } from './domain/errors.ts';
import { SILENT, type Telemetry } from './domain/telemetry.ts';
import type { Engine } from './engines/engine.ts';
import { openDocker } from './engines/docker/open.ts';
import { openEcs } from './engines/ecs/open.ts';
import { openEks } from './engines/eks/open.ts';
import { openSpark, virtualClusterOf } from './engines/eks-spark/open.ts';
import { SharedCluster } from './engines/shared-cluster.ts';
import { LocalEngine } from './engines/local/engine.ts';
import { localClusterDir } from './engines/local/paths.ts';
import type { Warn } from './engines/queue-consumer.ts';
import { Fleet } from './fleet/fleet.ts';
import { runWorker, shutDown } from './fleet/worker-run.ts';
import { exceptionExtractor } from './logs/exception-extractor.ts';
import type { ManifestArchive } from './logs/manifest-archive.ts';
import { openManifestArchive, openShippedLogs } from './logs/open-shipped.ts';
import { openLogStore } from './logs/open.ts';
import type { ShippedLogs } from './logs/shipped.ts';
import type { GrowingLogStore } from './logs/store.ts';
import { rerunRun } from './services/rerun.ts';
import { stopRun } from './services/stop.ts';
import { countingFailures } from './telemetry/activity-metrics.ts';
import { installRuntime } from './telemetry/temporal-runtime.ts';
import type { Logger } from './telemetry/log.ts';
import type { OpenTelemetry } from './telemetry/open.ts';
import type { Traces } from './telemetry/traces.ts';
import { clientOn, temporalTarget } from './temporal/connect.ts';
import { connectNative } from './temporal/native-connection.ts';
import { RunWorkflows } from './temporal/run-workflows.ts';
import {
  endWatcher,
  ensureReconcile,
  ensureWatcher,
  watchedClusters,
} from './temporal/services.ts';
import { actingOn } from './use-cases.ts';

/** How soon another worker takes over the workflows of one that is gone. */
const STICKY_TIMEOUT = '5s';
/**
 * Open polls of a worker that froze swallow one task each, and each costs a timeout until another
 * worker has it. So few: one a queue for activities, one besides the sticky ones for workflows.
 */
const ACTIVITY_POLLS = { type: 'simple-maximum', maximum: 1 } as const;
const WORKFLOW_POLLS = { type: 'simple-maximum', maximum: 5 } as const;
const NON_STICKY_SHARE = 0.2;

export interface WorkerDeps {
  config: Config;
  log: Logger;
  /** Nobody is told anything without it. */
  telemetry?: OpenTelemetry;
  /** Called with the connection's client once it is up; the server in the same process uses it. */
  onClient?: (client: Client) => void;
  interceptors?: WorkerInterceptors;
  /** Replaces the engines of clusters, for tests; `open` makes the one that it would be. */
  engineFor?: (cluster: string, open: () => Engine | null) => Engine | null;
  /** Gives up the start; once it is up, `stop` ends it. */
  signal?: AbortSignal;
}

export interface RunningWorker {
  /** Ends polling, lets activities finish within the grace, and closes everything. */
  stop(): Promise<void>;
  /** Settles when the worker has ended; rejects when it failed. */
  done: Promise<void>;
}

/**
 * A worker: workflows, database activities, and the clusters that it serves. Waits for Temporal and the database.
 * @throws AbortError when the signal gives up the start
 */
export async function startWorker(deps: WorkerDeps): Promise<RunningWorker> {
  const { config, log, signal = new AbortController().signal } = deps;
  const metricsAt = config.temporal_metrics_listen_address;
  installRuntime(log, metricsAt === undefined ? null : parseAddress(metricsAt));
  const connection = await connectNative(temporalTarget(config), warnBy(log), signal);
  const database = openDatabase(required('database_url', config.database_url), {
    maxConnections: config.database_max_connections,
    applicationName: 'flotilla-worker',
    onIdleError: (error) => log.warn({ error: error.message }, 'database connection lost'),
  });
  try {
    await waitForDatabase(database, (text) => log.warn(text), signal);
    return await workOn(await partsOf(deps, connection, database));
  } catch (error) {
    await database.close();
    await connection.close();
    throw error;
  }
}

/** Closes database and connection at its end, and leaves them to the caller when it does not begin. */
async function workOn(parts: Parts): Promise<RunningWorker> {
  const { deps, client } = parts;
  const { config } = deps;
  await ensureReconcile(client, config.temporal_task_queue, config.reconcile_seconds);
  const workflows = await createWorkflowWorker(parts);
  deps.onClient?.(client);
  const fleet = await startFleet(parts);
  const stop = (): void => {
    shutDown(workflows);
    fleet.stop();
  };
  const done = runToEnd([runWorker(workflows, warnBy(deps.log)), fleet.done], stop, parts);
  // Rejections reach whoever awaits `done` or `stop`.
  done.catch(() => undefined);
  return {
    done,
    async stop() {
      stop();
      await done;
    },
  };
}

async function partsOf(
  deps: WorkerDeps,
  connection: NativeConnection,
  database: Database,
): Promise<Parts> {
  const { config, telemetry = SILENT } = deps;
  const traces = deps.telemetry?.traces ?? null;
  const told = traces === null ? [] : [traces.client];
  const client = clientOn(connection, config.temporal_namespace, told);
  return {
    deps,
    telemetry,
    traces,
    connection,
    database,
    client,
    logs: await openLogStore(config, (key, value) => recordOnce(database.db, key, value)),
    shipped: await openShippedLogs(config),
    manifests: await openManifestArchive(config),
    runs: new RunWorkflows(() => client, config.temporal_task_queue),
    changed: changeTeller(database.db),
  };
}

/** What goes wrong without failing anything, to the log. */
function warnBy(log: Logger): Warn {
  return (message, detail) => log.warn(detail, message);
}

/** What fails ends the rest: another process takes over. */
async function runToEnd(
  ended: readonly Promise<void>[],
  stop: () => void,
  { database, connection, deps: { log } }: Parts,
): Promise<void> {
  try {
    await Promise.all(ended);
  } finally {
    stop();
    await Promise.allSettled(ended);
    await database.close();
    // A Worker that gave up still holds it.
    await connection.close().catch((error: unknown) => log.warn(messageOf(error)));
  }
}

interface Parts {
  deps: WorkerDeps;
  telemetry: Telemetry;
  traces: Traces | null;
  connection: NativeConnection;
  database: Database;
  client: Client;
  logs: GrowingLogStore;
  shipped: ShippedLogs | null;
  manifests: ManifestArchive | null;
  runs: RunWorkflows;
  changed(): void;
}

async function createWorkflowWorker(parts: Parts): Promise<Worker> {
  const { config } = parts.deps;
  const { client, database, runs, changed, telemetry, traces } = parts;
  return Worker.create({
    ...common(parts),
    taskQueue: config.temporal_task_queue,
    workflowBundle: { codePath: workflowBundlePath(traces !== null) },
    ...(traces === null ? {} : { sinks: traces.sinks }),
    maxCachedWorkflows: config.worker_max_cached_workflows,
    stickyQueueScheduleToStartTimeout: STICKY_TIMEOUT,
    workflowTaskPollerBehavior: WORKFLOW_POLLS,
    nonStickyToStickyPollRatio: NON_STICKY_SHARE,
    activities: {
      ...createRecordActivities({
        db: database.db,
        telemetry,
        timing: timingOf(config),
        runs,
        changed,
      }),
      ...createReconcileActivities({
        db: database.db,
        runs,
        metrics: telemetry.metrics,
        ageSeconds: config.reconcile_age_seconds,
        ensureWatcher: (cluster) => ensureWatcher(client, watchInput(config, cluster)),
        watchedClusters: () => watchedClusters(client, config.temporal_task_queue),
        retireWatcher: (cluster, signal) => retireWatcher(parts, cluster, signal),
        isServed: (cluster) => isServed(parts.deps, cluster),
      }),
      ...createBulkActivities({ db: database.db, act: bulkActs(parts) }),
    },
  });
}

/** What a bulk action does to each run: what one request for it does. */
function bulkActs({ deps, database, runs, telemetry }: Parts): BulkDeps['act'] {
  const acting = actingOn(deps.config, database.db, runs, warnBy(deps.log), telemetry);
  return {
    stop: async ({ runId, by }) => (await stopRun(acting, asked(by), runId)).length > 0,
    rerun: async ({ bulkId, runId, by }) => {
      await rerunRun(acting, asked(by), runId, bulkId);
      return true;
    },
  };
}

function asked(by: string | null): Caller {
  return { name: by, via: 'api' };
}

/** The clusters of this process. */
function startFleet(parts: Parts): Promise<Fleet> {
  const { client, database, deps } = parts;
  const { config } = deps;
  return Fleet.start({
    options: common(parts),
    db: database.db,
    telemetry: parts.telemetry,
    logs: parts.logs,
    ...(parts.shipped === null ? {} : { shipped: parts.shipped }),
    ...(parts.manifests === null ? {} : { manifests: parts.manifests }),
    ...(config.eks_exception_extractor_url === undefined
      ? {}
      : { extractExceptions: exceptionExtractor(config.eks_exception_extractor_url) }),
    log: deps.log,
    warn: warnBy(deps.log),
    runs: parts.runs,
    taskQueue: config.temporal_task_queue,
    timing: timingOf(config),
    changed: parts.changed,
    maxConcurrentLaunches: config.worker_max_concurrent_launches,
    watchCycleSeconds: config.watch_cycle_seconds,
    sweepSeconds: config.sweep_seconds,
    refreshSeconds: config.clusters_refresh_seconds,
    retryDefaults: {
      max_attempts: config.retry_max_attempts,
      backoff_seconds: config.retry_backoff_seconds,
      retry_on_unknown: false,
      exit_codes: [],
      retry_on_oom: config.retry_on_oom,
      oom_memory_factor: config.oom_memory_factor,
    },
    openEngine: (cluster) => openEngine(deps, cluster),
    ensureWatcher: (cluster) => ensureWatcher(client, watchInput(config, cluster)),
    retireWatcher: (cluster, signal) => retireWatcher(parts, cluster, signal),
  });
}

function retireWatcher(
  { client, database, deps: { config } }: Parts,
  cluster: string,
  signal: AbortSignal,
): Promise<void> {
  return endWatcher(client, watchInput(config, cluster), {
    // Other processes that serve it notice within this time.
    withinSeconds: config.clusters_refresh_seconds + 5,
    isBack: async () => (await findCluster(database.db, cluster)) !== null,
    signal,
  });
}

function common(parts: Parts): Omit<WorkerOptions, 'taskQueue'> {
  const { config, interceptors = {} } = parts.deps;
  const { metrics } = parts.telemetry;
  const activity = [
    ...(parts.traces === null ? [] : [parts.traces.activity]),
    ...(metrics.on ? [countingFailures(metrics)] : []),
    ...(interceptors.activity ?? []),
  ];
  return {
    connection: parts.connection,
    namespace: config.temporal_namespace,
    shutdownGraceTime: config.worker_shutdown_grace_seconds * 1000,
    activityTaskPollerBehavior: ACTIVITY_POLLS,
    shutdownForceTime: (config.worker_shutdown_grace_seconds + 5) * 1000,
    interceptors: { ...interceptors, activity },
  };
}

/** The engine of a cluster that this process serves, else null. */
function openEngine(deps: WorkerDeps, cluster: ClusterRow): Engine | null {
  if (!isServed(deps, cluster)) return null;
  const open = (): Engine | null => engineOf(deps, cluster);
  return deps.engineFor === undefined ? open() : deps.engineFor(cluster.name, open);
}

/** @throws FlotillaError when it cannot be opened now */
function engineOf({ config, log }: WorkerDeps, cluster: ClusterRow): Engine | null {
  const warn = (message: string, detail: Record<string, unknown>): void =>
    log.warn({ cluster: cluster.name, ...detail }, message);
  switch (cluster.engine ?? config.default_engine) {
    case 'local':
      return new LocalEngine(localClusterDir(config.data_dir, cluster.name));
    case 'docker':
      return openDocker(config, cluster);
    case 'eks':
      return openKubernetes(config, cluster, warn);
    case 'eks-spark':
      return openSpark(config, cluster, warn);
    case 'ecs':
      return openEcs(config, cluster, warn);
    default:
      return null;
  }
}

/** A cluster of engine eks runs Spark jobs, too, where it has a virtual cluster in EMR (ADR 0021). */
function openKubernetes(config: Config, cluster: ClusterRow, warn: Warn): Engine {
  const eks = openEks(config, cluster);
  if (virtualClusterOf(config, cluster) === null) return new SharedCluster(eks, null, warn);
  return new SharedCluster(eks, openSpark(config, cluster, warn), warn);
}

function isServed(deps: WorkerDeps, cluster: { name: string; engine: string | null }): boolean {
  const { config } = deps;
  const named = config.worker_clusters;
  const can = deps.engineFor !== undefined || isBuilt(cluster.engine ?? config.default_engine);
  return can && (named.length === 0 || named.includes(cluster.name));
}

function watchInput(config: Config, cluster: string) {
  return {
    cluster,
    taskQueue: config.temporal_task_queue,
  };
}

export function timingOf(config: Config): RunTiming {
  return { stopGraceSeconds: config.stop_grace_seconds, lookSeconds: config.run_look_seconds };
}

/**
 * The prebuilt workflow bundle: beside this file once built, else in dist. The traced one is the same
 * with OpenTelemetry in it, which nobody else is to carry.
 */
function workflowBundlePath(traced: boolean): string {
  const name = traced ? 'workflow-bundle-traced.js' : 'workflow-bundle.js';
  const places = [`./${name}`, `./dist/${name}`];
  const found = places
    .map((place) => fileURLToPath(new URL(place, import.meta.url)))
    .find((path) => existsSync(path));
  if (found === undefined) throw new Error('no workflow bundle: npm run build makes it');
  return found;
}
