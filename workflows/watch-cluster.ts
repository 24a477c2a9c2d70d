import { continueAsNew, proxyActivities, sleep, workflowInfo } from '@temporalio/workflow';
import { controlQueue } from '../domain/lifecycle/messages.ts';
import type { ObserveActivities } from '../domain/lifecycle/record.ts';

export interface WatchInput {
  cluster: string;
  taskQueue: string;
}

/**
 * Keeps one watcher on a cluster and sweeps it in bulk, as long as the cluster is known. What they
 * find becomes signals to runs.
 */
export async function watchCluster(input: WatchInput): Promise<void> {
  const taskQueue = controlQueue(input.taskQueue, input.cluster);
  const { watchJobs } = proxyActivities<ObserveActivities>({
    taskQueue,
    startToCloseTimeout: '30m',
    heartbeatTimeout: '5s',
    retry: { initialInterval: '500ms', maximumInterval: '10s' },
    summary: `watch ${input.cluster}`,
  });
  const { sweepCluster } = proxyActivities<ObserveActivities>({
    taskQueue,
    startToCloseTimeout: '10m',
    heartbeatTimeout: '30s',
    retry: { initialInterval: '1s', maximumInterval: '30s' },
    summary: `sweep ${input.cluster}`,
  });
  while (!workflowInfo().continueAsNewSuggested) {
    let watching = true;
    const watch = watchJobs(input.cluster).finally(() => {
      watching = false;
    });
    const sweeps = (async () => {
      while (watching) {
        const { nextSeconds } = await sweepCluster(input.cluster);
        await Promise.race([sleep(nextSeconds * 1000), watch]);
      }
    })();
    const [ended] = await Promise.all([watch, sweeps]);
    if (ended === 'gone') return;
  }
  await continueAsNew<typeof watchCluster>(input);
}
