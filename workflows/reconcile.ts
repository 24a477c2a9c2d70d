import { proxyActivities } from '@temporalio/workflow';
import type { ReconcileActivities } from '../domain/lifecycle/record.ts';

/**
 * Makes good what a crash between two steps left: accepted runs without a workflow, clusters without
 * a watcher. Runs on a schedule.
 */
export async function reconcile(): Promise<{ started: number }> {
  const { startOverdueRuns, ensureWatchers } = proxyActivities<ReconcileActivities>({
    startToCloseTimeout: '2m',
    heartbeatTimeout: '30s',
    retry: { maximumAttempts: 3 },
  });
  await ensureWatchers();
  const { started } = await startOverdueRuns();
  return { started };
}
