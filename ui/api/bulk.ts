import type { Schemas } from '../../client/client.ts';
import { answerOf, api } from './client.ts';
import type { RunFilter, Status } from './run-filter.ts';

export type BulkVerb = Schemas['BulkRequest']['action'];
export type BulkAction = Schemas['BulkAction'];

/** @throws ApiError, NoAnswer */
export async function previewBulk(
  action: BulkVerb,
  filter: RunFilter,
): Promise<Schemas['BulkPreview']> {
  const body = requestOf(action, filter);
  if (body === null) return { runs: 0, exact: true, sample: [] };
  return answerOf(api.POST('/api/v8/bulk-actions/preview', { body }));
}

/** Begins it; it goes on whatever becomes of this page. @throws ApiError, NoAnswer */
export async function startBulk(action: BulkVerb, filter: RunFilter): Promise<BulkAction> {
  const body = requestOf(action, filter);
  if (body === null) throw new Error('No run can be meant.');
  return answerOf(api.POST('/api/v8/bulk-actions', { body }));
}

/** Of the statuses that are looked at those that the action concerns; null when that is none of them. */
function requestOf(
  action: BulkVerb,
  { status, ...rest }: RunFilter,
): Schemas['BulkRequest'] | null {
  if (status === undefined) return { action, filter: rest };
  const isOver = (one: Status): one is 'STOPPED' => one === 'STOPPED';
  if (action === 'rerun') {
    const over = status.filter(isOver);
    return over.length === 0 ? null : { action, filter: { ...rest, status: over } };
  }
  const open = status.filter((one): one is Exclude<Status, 'STOPPED'> => !isOver(one));
  return open.length === 0 ? null : { action, filter: { ...rest, status: open } };
}

/** @throws ApiError, NoAnswer */
export function readBulk(bulkId: string): Promise<BulkAction> {
  const params = { path: { bulk_id: bulkId } };
  return answerOf(api.GET('/api/v8/bulk-actions/{bulk_id}', { params }));
}

/** Ends it after the runs at work. @throws ApiError, NoAnswer */
export function abortBulk(bulkId: string): Promise<BulkAction> {
  const params = { path: { bulk_id: bulkId } };
  return answerOf(api.POST('/api/v8/bulk-actions/{bulk_id}/abort', { params }));
}
