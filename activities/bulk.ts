import { mapLimited } from '../domain/limited.ts';
import type { BulkActivities, BulkCounts, BulkVerb } from '../domain/lifecycle/bulk.ts';
import { matchOf } from '../domain/bulk.ts';
import { FlotillaError } from '../domain/errors.ts';
import { filterOf, sortOf } from '../db/run-filter.ts';
import { listRunsAfter } from '../db/run-list.ts';
import type { Db } from '../db/client.ts';
import { withFailures } from './failures.ts';
import { heartbeating } from './heartbeat.ts';

const PAGE = 100;
const AT_ONCE = 8;

export interface BulkDeps {
  db: Db;
  /** Each does its verb to one run; false when there was nothing to do. A repeat does nothing twice. */
  act: Record<
    BulkVerb,
    (target: { bulkId: string; runId: string; by: string | null }) => Promise<boolean>
  >;
}

/** What the `bulkAction` workflow does to the runs that match. */
export function createBulkActivities(deps: BulkDeps): BulkActivities {
  const activities: BulkActivities = {
    bulkPage: (step) =>
      heartbeating(async (signal) => {
        const match = matchOf(step.filter);
        const page = await listRunsAfter(deps.db, {
          ...filterOf(match),
          sortBy: sortOf(match),
          order: 'desc',
          limit: PAGE,
          after: step.after,
        });
        const counts: BulkCounts = { done: 0, skipped: 0, failed: 0, failures: [] };
        await mapLimited(page.runs, AT_ONCE, async ({ runId }) => {
          signal.throwIfAborted();
          try {
            const acted = await deps.act[step.verb]({ ...step, runId });
            counts[acted ? 'done' : 'skipped'] += 1;
          } catch (error) {
            // What is away is tried again with the whole page; what is refused is refused for good.
            if (!(error instanceof FlotillaError) || error.code === 'unavailable') throw error;
            counts.failed += 1;
            counts.failures.push({ runId, detail: error.message });
          }
        });
        return { ...counts, next: page.next };
      }),
  };
  return withFailures({ ...activities });
}
