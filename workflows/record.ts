import {
  ActivityFailure,
  ApplicationFailure,
  isCancellation,
  proxyActivities,
  proxyLocalActivities,
} from '@temporalio/workflow';
import type { RecordActivities } from '../domain/lifecycle/record.ts';

const quick = proxyLocalActivities<RecordActivities>({
  startToCloseTimeout: '5s',
  retry: { maximumAttempts: 2, initialInterval: '200ms' },
});

const lasting = proxyActivities<RecordActivities>({
  startToCloseTimeout: '15s',
  retry: {
    initialInterval: '500ms',
    maximumInterval: '15s',
    nonRetryableErrorTypes: ['not_found'],
  },
});

/**
 * The database activities: at once within the workflow task, which costs no round trip; and when two
 * short tries fail, as activities that retry until the database is back.
 */
export const records: RecordActivities = {
  openRun: (runId) => durably((on) => on.openRun(runId)),
  admitRun: (ref) => durably((on) => on.admitRun(ref)),
  writeLifecycle: (write) => durably((on) => on.writeLifecycle(write)),
  barLaunch: (ref) => durably((on) => on.barLaunch(ref)),
};

async function durably<T>(call: (on: RecordActivities) => Promise<T>): Promise<T> {
  try {
    return await call(quick);
  } catch (error) {
    if (isCancellation(error) || isFinal(error)) throw error;
    return call(lasting);
  }
}

function isFinal(error: unknown): boolean {
  return (
    error instanceof ActivityFailure &&
    error.cause instanceof ApplicationFailure &&
    error.cause.nonRetryable === true
  );
}
