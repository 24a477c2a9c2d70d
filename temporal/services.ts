import { setTimeout as sleep } from 'node:timers/promises';
import {
  ScheduleAlreadyRunning,
  ScheduleOverlapPolicy,
  WorkflowNotFoundError,
  type Client,
} from '@temporalio/client';
import { RECONCILE_WORKFLOW, WATCH_CLUSTER_WORKFLOW } from '../domain/lifecycle/messages.ts';
import { quoted } from './quoted.ts';
import type { WatchInput } from '../workflows/watch-cluster.ts';

const LOOK_AGAIN_MS = 250;

/** Workflow id of a cluster's watcher. */
export function watcherId(taskQueue: string, cluster: string): string {
  return `${taskQueue}-watch-${cluster}`;
}

/** The clusters that have a watcher, as far as Temporal's visibility has heard. */
export async function watchedClusters(client: Client, taskQueue: string): Promise<string[]> {
  const prefix = watcherId(taskQueue, '');
  const query =
    `WorkflowType = '${WATCH_CLUSTER_WORKFLOW}' AND ExecutionStatus = 'Running'` +
    ` AND TaskQueue = '${quoted(taskQueue)}'`;
  const clusters: string[] = [];
  for await (const { workflowId } of client.workflow.list({ query }))
    if (workflowId.startsWith(prefix)) clusters.push(workflowId.slice(prefix.length));
  return clusters;
}

/** Starts a cluster's watcher unless it runs. */
export async function ensureWatcher(client: Client, input: WatchInput): Promise<void> {
  await client.workflow.start(WATCH_CLUSTER_WORKFLOW, {
    workflowId: watcherId(input.taskQueue, input.cluster),
    taskQueue: input.taskQueue,
    args: [input],
    workflowIdConflictPolicy: 'USE_EXISTING',
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    staticSummary: `watcher and sweep of cluster ${input.cluster}`,
  });
}

/**
 * Waits until the watcher of a cluster that is no longer known has ended. It does so by itself when it
 * hears of that; where nobody is left to tell it, it is cancelled.
 * @param isBack asked before that: a cluster of the name is known again
 */
export async function endWatcher(
  client: Client,
  { taskQueue, cluster }: WatchInput,
  options: { withinSeconds: number; isBack: () => Promise<boolean>; signal: AbortSignal },
): Promise<void> {
  const { withinSeconds, isBack, signal } = options;
  const handle = client.workflow.getHandle(watcherId(taskQueue, cluster));
  const until = Date.now() + withinSeconds * 1000;
  try {
    while ((await handle.describe()).status.name === 'RUNNING') {
      if (signal.aborted || (await isBack())) return;
      if (Date.now() > until) return void (await handle.cancel());
      await sleep(LOOK_AGAIN_MS);
    }
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}

/** Id of the schedule that starts reconcile, and of the workflow that it starts. */
export function reconcileId(taskQueue: string): string {
  return `${taskQueue}-reconcile`;
}

/** Schedules reconcile, or brings its interval up to date. */
export async function ensureReconcile(
  client: Client,
  taskQueue: string,
  everySeconds: number,
): Promise<void> {
  const scheduleId = reconcileId(taskQueue);
  const spec = { intervals: [{ every: everySeconds * 1000 }] };
  const action = {
    type: 'startWorkflow' as const,
    workflowType: RECONCILE_WORKFLOW,
    workflowId: scheduleId,
    taskQueue,
    staticSummary: 'starts what a crash left unstarted',
  };
  const policies = { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: everySeconds * 1000 };
  try {
    await client.schedule.create({ scheduleId, spec, action, policies });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    const handle = client.schedule.getHandle(scheduleId);
    await handle.update((previous) => ({ ...previous, spec, action, policies }));
  }
}
