import { Worker, type WorkerOptions } from '@temporalio/worker';
import { LogCollection } from '../activities/collect.ts';
import { createControlActivities } from '../activities/control.ts';
import type { EngineDeps } from '../activities/engine-deps.ts';
import { createLaunchActivities } from '../activities/launch.ts';
import { createObserveActivities } from '../activities/observe.ts';
import { controlQueue, launchQueue, type RunTiming } from '../domain/lifecycle/messages.ts';
import type { Engine } from '../engines/engine.ts';
import type { RunWorkflows } from '../temporal/run-workflows.ts';
import { runWorker, shutDown } from './worker-run.ts';

/** What every cluster of this process is served with. */
export interface ServingDeps extends Omit<EngineDeps, 'cluster' | 'engine' | 'collection'> {
  /** Told of what goes wrong without failing anything. */
  warn(message: string, detail: Record<string, unknown>): void;
  /** Of every Temporal Worker: connection, namespace, grace. */
  options: Omit<WorkerOptions, 'taskQueue'>;
  /** Task Queue of workflows, from which those of clusters derive. */
  taskQueue: string;
  maxConcurrentLaunches: number;
  runs: RunWorkflows;
  timing: RunTiming;
  /** Called after commits that change what lists show of a run. */
  changed(): void;
  watchCycleSeconds: number;
  sweepSeconds: number;
}

/** A cluster that is being served. */
export interface Serving {
  /** Settles when its Workers have ended and its engine is closed; rejects when a Worker failed. */
  done: Promise<void>;
  /** Ends its watch of the cluster and begins no other. */
  handOver(): void;
  /** Ends the watch and polling, and lets activities finish within the grace. */
  end(): void;
}

/**
 * Serves a cluster: two Task Queues, so that a flood of launches never delays a stop. The engine is
 * closed at the end, also when this throws.
 */
export async function serve(deps: ServingDeps, cluster: string, engine: Engine): Promise<Serving> {
  const ending = new AbortController();
  const workers: Worker[] = [];
  const warn: ServingDeps['warn'] = (message, detail) => deps.warn(message, { cluster, ...detail });
  const collection = LogCollection.of({
    engine,
    logs: deps.logs,
    shutdown: ending.signal,
    warn,
  });
  const own = { ...deps, cluster, engine, collection };
  try {
    for (const options of optionsOf(deps, own, ending.signal)) {
      workers.push(await Worker.create(options));
    }
  } catch (error) {
    await Promise.allSettled(workers.map(discard));
    await engine.close();
    throw error;
  }
  const end = (): void => {
    ending.abort();
    workers.forEach(shutDown);
  };
  const done = untilAllEnded(workers, warn, end, async () => {
    await collection?.close();
    await engine.close();
  });
  return { done, handOver: () => ending.abort(), end };
}

/** One that fails ends the other. */
async function untilAllEnded(
  workers: readonly Worker[],
  warn: ServingDeps['warn'],
  end: () => void,
  close: () => Promise<void>,
): Promise<void> {
  const ended = workers.map((worker) => runWorker(worker, warn));
  try {
    await Promise.all(ended);
  } finally {
    end();
    await Promise.allSettled(ended);
    await close();
  }
}

function optionsOf(deps: ServingDeps, own: EngineDeps, shutdown: AbortSignal): WorkerOptions[] {
  const { taskQueue, runs, timing, changed, watchCycleSeconds, sweepSeconds } = deps;
  const observe = { ...own, runs, timing, changed, watchCycleSeconds, sweepSeconds, shutdown };
  return [
    {
      ...deps.options,
      taskQueue: launchQueue(taskQueue, own.cluster),
      maxConcurrentActivityTaskExecutions: deps.maxConcurrentLaunches,
      activities: createLaunchActivities(own),
    },
    {
      ...deps.options,
      taskQueue: controlQueue(taskQueue, own.cluster),
      activities: { ...createControlActivities(own), ...createObserveActivities(observe) },
    },
  ];
}

/** One that never ran holds on to its connection until it has. */
async function discard(worker: Worker): Promise<void> {
  const ended = worker.run();
  shutDown(worker);
  await ended;
}
