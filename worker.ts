import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Client } from '@temporalio/client';
import {
  NativeConnection,
  Runtime,
  Worker,
  type WorkerInterceptors,
  type WorkerOptions,
} from '@temporalio/worker';
import { createControlActivities } from './activities/control.ts';
import type { EngineDeps } from './activities/engine-deps.ts';
import { createLaunchActivities } from './activities/launch.ts';
import { createObserveActivities } from './activities/observe.ts';
import { createReconcileActivities } from './activities/reconcile.ts';
import { createRecordActivities } from './activities/records.ts';
import type { Config } from './conf/schema.ts';
import { listClusters } from './db/clusters.ts';
import { openDatabase, waitForDatabase, type Database } from './db/client.ts';
import { recordOnce } from './db/installation.ts';
import { controlQueue, launchQueue, type RunTiming } from './domain/lifecycle/messages.ts';
import { isBuilt } from './domain/engine-name.ts';
import { messageOf, required } from './domain/errors.ts';
import type { Engine } from './engines/engine.ts';
import { LocalEngine } from './engines/local/engine.ts';
import { localClusterDir } from './engines/local/paths.ts';
import { openLogStore } from './logs/open.ts';
import type { LogStore } from './logs/store.ts';
import { temporalLogger } from './telemetry/temporal-logger.ts';
import type { Logger } from './telemetry/log.ts';
import { clientOn, connectionOptions, temporalTarget } from './temporal/connect.ts';
import { RunWorkflows } from './temporal/run-workflows.ts';
import { ensureReconcile, ensureWatcher } from './temporal/services.ts';

const CONNECT_AGAIN_MS = 1_000;
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
  /** Called with the connection's client once it is up; the server in the same process uses it. */
  onClient?: (client: Client) => void;
  interceptors?: WorkerInterceptors;
  /** Replaces the engines of clusters, for tests. */
  engineFor?: (cluster: string) => Engine;
}

export interface RunningWorker {
  /** Ends polling, lets activities finish within the grace, and closes everything. */
  stop(): Promise<void>;
  /** Settles when the worker has ended; rejects when it failed. */
  done: Promise<void>;
}

/** A worker: workflows, database activities, and the clusters that it serves. */
export async function startWorker(deps: WorkerDeps): Promise<RunningWorker> {
  const { config, log } = deps;
  const target = temporalTarget(config);
  installRuntime(log);
  const stopping = new AbortController();
  const connection = await connect(target, log, stopping.signal);
  const database = openDatabase(required('database_url', config.database_url), {
    maxConnections: config.database_max_connections,
    applicationName: 'flotilla-worker',
    onIdleError: (error) => log.warn({ error: error.message }, 'database connection lost'),
  });
  const client = clientOn(connection, target.namespace);
  await waitForDatabase(database, (text) => log.warn(text), stopping.signal);
  const logs = await openLogStore(config, (key, value) => recordOnce(database.db, key, value));
  const parts = { deps, connection, database, client, logs, shutdown: stopping.signal };
  const workers = await createWorkers(parts);
  deps.onClient?.(client);
  await ensureServices(parts);
  const done = runToEnd(workers, parts);
  // Rejections reach whoever awaits `done` or `stop`.
  done.catch(() => undefined);
  return {
    done,
    async stop() {
      stopping.abort();
      for (const { worker } of workers) {
        if (worker.getState() === 'RUNNING') worker.shutdown();
      }
      await done;
    },
  };
}

async function runToEnd(workers: readonly ClusterWorker[], parts: Parts): Promise<void> {
  try {
    await Promise.all(workers.map(({ worker }) => worker.run()));
  } finally {
    for (const { engine } of workers) await engine?.close();
    await parts.database.close();
    await parts.connection.close();
  }
}

interface Parts {
  deps: WorkerDeps;
  connection: NativeConnection;
  database: Database;
  client: Client;
  logs: LogStore;
  /** Aborted when the worker begins to shut down. */
  shutdown: AbortSignal;
}

interface ClusterWorker {
  worker: Worker;
  engine: Engine | null;
}

async function createWorkers(parts: Parts): Promise<ClusterWorker[]> {
  const { config } = parts.deps;
  const { client, database } = parts;
  const runs = new RunWorkflows(() => client, config.temporal_task_queue);
  const timing = timingOf(config);
  const workflows = await Worker.create({
    ...common(parts),
    taskQueue: config.temporal_task_queue,
    workflowBundle: { codePath: workflowBundlePath() },
    maxCachedWorkflows: config.worker_max_cached_workflows,
    stickyQueueScheduleToStartTimeout: STICKY_TIMEOUT,
    workflowTaskPollerBehavior: WORKFLOW_POLLS,
    nonStickyToStickyPollRatio: NON_STICKY_SHARE,
    activities: {
      ...createRecordActivities({ db: database.db, timing, runs }),
      ...createReconcileActivities({
        db: database.db,
        runs,
        ageSeconds: config.reconcile_age_seconds,
        ensureWatcher: (cluster) => ensureWatcher(client, watchInput(config, cluster)),
        isServed: (cluster) => isServed(parts.deps, cluster),
      }),
    },
  });
  const clusters = await servedClusters(parts.deps, database);
  const served = await Promise.all(
    clusters.map((cluster) => createClusterWorkers(parts, cluster, runs)),
  );
  return [{ worker: workflows, engine: null }, ...served.flat()];
}

/** Two task queues a cluster, so that a flood of launches never delays a stop. */
async function createClusterWorkers(
  parts: Parts,
  cluster: string,
  runs: RunWorkflows,
): Promise<ClusterWorker[]> {
  const { config } = parts.deps;
  const engine = parts.deps.engineFor?.(cluster) ?? engineOf(config, cluster);
  const deps: EngineDeps = {
    cluster,
    db: parts.database.db,
    engine,
    logs: parts.logs,
    retryDefaults: {
      max_attempts: config.retry_max_attempts,
      backoff_seconds: config.retry_backoff_seconds,
      retry_on_unknown: false,
      exit_codes: [],
    },
  };
  const launch = await Worker.create({
    ...common(parts),
    taskQueue: launchQueue(config.temporal_task_queue, cluster),
    maxConcurrentActivityTaskExecutions: config.worker_max_concurrent_launches,
    activities: createLaunchActivities(deps),
  });
  const control = await Worker.create({
    ...common(parts),
    taskQueue: controlQueue(config.temporal_task_queue, cluster),
    activities: {
      ...createControlActivities(deps),
      ...createObserveActivities({
        ...deps,
        runs,
        timing: timingOf(config),
        watchCycleSeconds: config.watch_cycle_seconds,
        sweepSeconds: config.sweep_seconds,
        shutdown: parts.shutdown,
      }),
    },
  });
  return [
    { worker: launch, engine },
    { worker: control, engine: null },
  ];
}

function common(parts: Parts): Omit<WorkerOptions, 'taskQueue'> {
  const { config, interceptors } = parts.deps;
  return {
    connection: parts.connection,
    namespace: config.temporal_namespace,
    shutdownGraceTime: config.worker_shutdown_grace_seconds * 1000,
    activityTaskPollerBehavior: ACTIVITY_POLLS,
    shutdownForceTime: (config.worker_shutdown_grace_seconds + 5) * 1000,
    ...(interceptors === undefined ? {} : { interceptors }),
  };
}

function engineOf(config: Config, cluster: string): Engine {
  return new LocalEngine(localClusterDir(config.data_dir, cluster));
}

async function servedClusters(deps: WorkerDeps, database: Database): Promise<string[]> {
  const rows = await listClusters(database.db);
  return [...new Set(rows.filter((row) => isServed(deps, row)).map((row) => row.name))];
}

function isServed(deps: WorkerDeps, cluster: { name: string; engine: string | null }): boolean {
  const { config } = deps;
  const named = config.worker_clusters;
  const can = deps.engineFor !== undefined || isBuilt(cluster.engine ?? config.default_engine);
  return can && (named.length === 0 || named.includes(cluster.name));
}

async function ensureServices(parts: Parts): Promise<void> {
  const { config } = parts.deps;
  for (const cluster of await servedClusters(parts.deps, parts.database)) {
    await ensureWatcher(parts.client, watchInput(config, cluster));
  }
  await ensureReconcile(parts.client, config.temporal_task_queue, config.reconcile_seconds);
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

/** Connects, however long Temporal is away. */
async function connect(
  target: ReturnType<typeof temporalTarget>,
  log: Logger,
  signal: AbortSignal,
): Promise<NativeConnection> {
  for (;;) {
    signal.throwIfAborted();
    try {
      return await NativeConnection.connect(connectionOptions(target));
    } catch (error) {
      log.warn({ address: target.address, error: messageOf(error) }, 'Temporal is not reachable');
      await new Promise((resolve) => setTimeout(resolve, CONNECT_AGAIN_MS));
    }
  }
}

let runtimeInstalled = false;

/** Temporal's SDK logs through ours; it allows that once a process. */
function installRuntime(log: Logger): void {
  if (runtimeInstalled) return;
  runtimeInstalled = true;
  Runtime.install({ logger: temporalLogger(log), shutdownSignals: [] });
}

/** The prebuilt workflow bundle: beside this file once built, else in dist. */
function workflowBundlePath(): string {
  const places = ['./workflow-bundle.js', './dist/workflow-bundle.js'];
  const found = places
    .map((place) => fileURLToPath(new URL(place, import.meta.url)))
    .find((path) => existsSync(path));
  if (found === undefined) throw new Error('no workflow bundle: npm run build makes it');
  return found;
}
