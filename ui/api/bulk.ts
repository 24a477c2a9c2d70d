import type { Schemas } from '../../client/client.ts';
import { answerOf, api } from './client.ts';
import type { RunFilter } from './run-filter.ts';

export type BulkVerb = Schemas['BulkRequest']['action'];
export type BulkAction = Schemas['BulkAction'];

/** @throws ApiError: for `filter.status` when no run of such a status can be meant; NoAnswer */
export function previewBulk(action: BulkVerb, filter: RunFilter): Promise<Schemas['BulkPreview']> {
  return answerOf(api.POST('/api/v8/bulk-actions/preview', { body: { action, filter } }));
}

/** Begins it; it goes on whatever becomes of this page. @throws ApiError, NoAnswer */
export function startBulk(action: BulkVerb, filter: RunFilter): Promise<BulkAction> {
  return answerOf(api.POST('/api/v8/bulk-actions', { body: { action, filter } }));
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
