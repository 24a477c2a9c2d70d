import { ScheduleAlreadyRunning, ScheduleOverlapPolicy, type Client } from '@temporalio/client';
import { RECONCILE_WORKFLOW, WATCH_CLUSTER_WORKFLOW } from '../domain/lifecycle/messages.ts';
import type { WatchInput } from '../workflows/watch-cluster.ts';

/** Workflow id of a cluster's watcher. */
export function watcherId(taskQueue: string, cluster: string): string {
  return `${taskQueue}-watch-${cluster}`;
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

/** Schedules reconcile, or brings its interval up to date. */
export async function ensureReconcile(
  client: Client,
  taskQueue: string,
  everySeconds: number,
): Promise<void> {
  const scheduleId = `${taskQueue}-reconcile`;
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
