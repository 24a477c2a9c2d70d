import { randomUUID } from 'node:crypto';
import { matchOf } from '../domain/bulk.ts';
import type { Caller } from '../domain/caller.ts';
import {
  BULK_STATUSES,
  type BulkFilter,
  type BulkProgress,
  type BulkVerb,
} from '../domain/lifecycle/bulk.ts';
import { invalid } from '../domain/errors.ts';
import type { Status } from '../domain/lifecycle/status.ts';
import type { RunMatch } from '../domain/run-match.ts';
import { filterOf, sortOf } from '../db/run-filter.ts';
import { listRunsAfter, type RunPage } from '../db/run-list.ts';
import type { Services } from './context.ts';

const SAMPLE = 5;

/** Which runs an action is asked for. */
export interface BulkRequest {
  verb: BulkVerb;
  match: RunMatch;
}

/** What an action would concern: how many runs, and the newest few. @throws FlotillaError `invalid` */
export async function previewBulk(
  services: Services,
  _caller: Caller,
  request: BulkRequest,
): Promise<RunPage> {
  return newest(services, narrowed(request));
}

/**
 * Begins to stop, or to launch again, all runs that match now; those that are queued later are left
 * alone.
 * @returns the action's id and where it stands
 * @throws FlotillaError `invalid`, `unavailable`
 */
export async function startBulk(
  services: Services,
  caller: Caller,
  request: BulkRequest,
): Promise<{ bulkId: string; progress: BulkProgress }> {
  const bulkId = randomUUID();
  const filter = narrowed(request);
  const { total } = await newest(services, filter);
  const { verb } = request;
  const input = { verb, filter, by: caller.name, matching: total };
  return { bulkId, progress: await services.bulk.start(bulkId, input) };
}

/** @throws FlotillaError `not_found`, `unavailable` */
export function bulkProgress(
  services: Services,
  _caller: Caller,
  bulkId: string,
): Promise<BulkProgress> {
  return services.bulk.progress(bulkId);
}

/** Ends an action after the runs at work; what was done stays done. @throws as `bulkProgress` */
export function abortBulk(services: Services, _caller: Caller, bulkId: string): Promise<void> {
  return services.bulk.abort(bulkId);
}

function newest({ db }: Services, filter: BulkFilter): Promise<RunPage> {
  const match = matchOf(filter);
  return listRunsAfter(db, {
    ...filterOf(match),
    sortBy: sortOf(match),
    order: 'desc',
    limit: SAMPLE,
    after: null,
  });
}

/** The statuses that the verb concerns, of those that were asked for, and nothing that comes later. */
function narrowed({ verb, match }: BulkRequest): BulkFilter {
  const concerned: readonly Status[] = BULK_STATUSES[verb];
  const statuses = concerned.filter((one) => match.statuses?.includes(one) !== false);
  if (statuses.length === 0) {
    throw invalid('filter.status', `${verb} concerns runs that are ${concerned.join(', ')}`);
  }
  const now = Date.now() + 1;
  const until = Math.min(match.queuedUntil?.getTime() ?? now, now);
  return {
    ...match,
    statuses,
    queuedSince: match.queuedSince?.toISOString() ?? null,
    queuedUntil: new Date(until).toISOString(),
    finishedSince: match.finishedSince?.toISOString() ?? null,
    finishedUntil: match.finishedUntil?.toISOString() ?? null,
  };
}
