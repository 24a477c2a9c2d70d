import {
  allHandlersFinished,
  condition,
  continueAsNew,
  defineSignal,
  proxyActivities,
  setHandler,
  upsertMemo,
  workflowInfo,
} from '@temporalio/workflow';
import {
  MEMO_PROGRESS,
  SIGNAL_ABORT,
  type BulkActivities,
  type BulkCounts,
  type BulkInput,
  type BulkPosition,
  type BulkProgress,
} from '../domain/lifecycle/bulk.ts';

const MOST_FAILURES = 20;

const abortSignal = defineSignal(SIGNAL_ABORT);

/**
 * Stops, or launches again, every run that matches a filter, page by page. An abort ends it after the
 * page at work; what was done stays done.
 */
export async function bulkAction(input: BulkInput): Promise<BulkProgress> {
  const { verb, filter, by, matching } = input;
  let counts: BulkCounts = input.carried?.progress ?? {
    done: 0,
    skipped: 0,
    failed: 0,
    failures: [],
  };
  let after: BulkPosition = input.carried?.after ?? null;
  let state: BulkProgress['state'] = 'running';
  let aborted = false;
  const progress = (): BulkProgress => ({ verb, by, matching, state, ...counts });
  setHandler(abortSignal, () => void (aborted = true));
  const { bulkPage } = proxyActivities<BulkActivities>({
    startToCloseTimeout: '10m',
    heartbeatTimeout: '10s',
    retry: { maximumInterval: '1m' },
  });
  do {
    const page = await bulkPage({ bulkId: workflowInfo().workflowId, verb, filter, by, after });
    counts = sum(counts, page);
    after = page.next;
    state = after === null ? 'done' : aborted ? 'aborted' : 'running';
    upsertMemo({ [MEMO_PROGRESS]: progress() });
    if (state === 'running' && workflowInfo().continueAsNewSuggested) {
      await condition(allHandlersFinished);
      await continueAsNew<typeof bulkAction>({ ...input, carried: { after, progress: counts } });
    }
  } while (state === 'running');
  return progress();
}

function sum(one: BulkCounts, other: BulkCounts): BulkCounts {
  return {
    done: one.done + other.done,
    skipped: one.skipped + other.skipped,
    failed: one.failed + other.failed,
    failures: [...one.failures, ...other.failures].slice(0, MOST_FAILURES),
  };
}
