import { createRoute, z } from '@hono/zod-openapi';
import { BULK_STATUSES, BULK_VERBS, type BulkProgress } from '../../domain/lifecycle/bulk.ts';
import { abortBulk, bulkProgress, previewBulk, startBulk } from '../../services/bulk.ts';
import { failures, idParam, jsonBody, needsJson, ok, v8Routes } from './kit.ts';
import { runSummaryJson } from './run-json.ts';
import { matchOf, runFilterOf } from './run-filter.ts';
import { runSummary } from './run-schema.ts';

const tags = ['bulk actions'];
const params = idParam('bulk_id');

const filterText = { description: 'as in the list of runs' };
const bulkRequest = z
  .discriminatedUnion('action', [
    z.strictObject({
      action: z.literal('stop').openapi({ description: 'concerns runs that are not over' }),
      filter: runFilterOf(BULK_STATUSES.stop).openapi(filterText),
    }),
    z.strictObject({
      action: z.literal('rerun').openapi({ description: 'concerns runs that are over' }),
      filter: runFilterOf(BULK_STATUSES.rerun).openapi(filterText),
    }),
  ])
  .openapi('BulkRequest');

const preview = z
  .object({
    runs: z.int(),
    exact: z.boolean().openapi({ description: 'false when `runs` is an estimate' }),
    sample: z.array(runSummary).openapi({ description: 'the newest few' }),
  })
  .openapi('BulkPreview');

const bulkAction = z
  .object({
    bulk_id: z.string(),
    action: z.enum(BULK_VERBS),
    state: z.enum(['running', 'done', 'aborted']),
    by: z.string().nullable(),
    matching: z.int().openapi({ description: 'when it was asked for; may be an estimate' }),
    done: z.int().openapi({ description: 'runs that were stopped, or launched again' }),
    skipped: z.int().openapi({ description: 'runs that no longer needed it' }),
    failed: z.int(),
    failures: z
      .array(z.object({ run_id: z.string(), detail: z.string() }))
      .openapi({ description: 'the first of them' }),
  })
  .openapi('BulkAction');

const previewRoute = createRoute({
  method: 'post',
  path: '/bulk-actions/preview',
  operationId: 'previewBulkAction',
  summary: 'What a bulk action would concern; changes nothing',
  tags,
  middleware: needsJson,
  request: { body: jsonBody(bulkRequest) },
  responses: { 200: ok(preview, 'how many runs, and the newest few'), ...failures },
});

const startRoute = createRoute({
  method: 'post',
  path: '/bulk-actions',
  operationId: 'startBulkAction',
  summary: 'Stop, or launch again, every run that matches a filter',
  description:
    'Goes on by itself, page by page, whatever becomes of the caller. Runs that are queued after it was ' +
    'asked for are left alone. A run is launched again as it was, on its definition as it is now.',
  tags,
  middleware: needsJson,
  request: { body: jsonBody(bulkRequest) },
  responses: { 202: ok(bulkAction, 'it has begun'), ...failures },
});

const getRoute = createRoute({
  method: 'get',
  path: '/bulk-actions/{bulk_id}',
  operationId: 'getBulkAction',
  summary: 'How far a bulk action is',
  tags,
  request: { params },
  responses: { 200: ok(bulkAction, 'its progress'), ...failures },
});

const abortRoute = createRoute({
  method: 'post',
  path: '/bulk-actions/{bulk_id}/abort',
  operationId: 'abortBulkAction',
  summary: 'End a bulk action after the runs at work; what was done stays done',
  tags,
  request: { params },
  responses: { 202: ok(bulkAction, 'its progress'), ...failures },
});

/** All runs that match a filter, at once. */
export const bulkRoutes = v8Routes()
  .openapi(previewRoute, async (c) => {
    const page = await previewBulk(
      c.get('services'),
      c.get('caller'),
      requestOf(c.req.valid('json')),
    );
    const sample = page.runs.map(runSummaryJson);
    return c.json({ runs: page.total, exact: page.totalIsExact, sample }, 200);
  })
  .openapi(startRoute, async (c) => {
    const services = c.get('services');
    const caller = c.get('caller');
    const { bulkId, progress } = await startBulk(services, caller, requestOf(c.req.valid('json')));
    c.header('location', `/api/v8/bulk-actions/${bulkId}`);
    return c.json(bulkJson(bulkId, progress), 202);
  })
  .openapi(getRoute, async (c) => {
    const { bulk_id: bulkId } = c.req.valid('param');
    return c.json(
      bulkJson(bulkId, await bulkProgress(c.get('services'), c.get('caller'), bulkId)),
      200,
    );
  })
  .openapi(abortRoute, async (c) => {
    const services = c.get('services');
    const caller = c.get('caller');
    const { bulk_id: bulkId } = c.req.valid('param');
    await abortBulk(services, caller, bulkId);
    return c.json(bulkJson(bulkId, await bulkProgress(services, caller, bulkId)), 202);
  });

function requestOf({ action, filter }: z.output<typeof bulkRequest>) {
  return { verb: action, match: matchOf(filter) };
}

function bulkJson(bulkId: string, progress: BulkProgress): z.output<typeof bulkAction> {
  const { verb, failures: failed, ...rest } = progress;
  return {
    ...rest,
    bulk_id: bulkId,
    action: verb,
    failures: failed.map(({ runId, detail }) => ({ run_id: runId, detail })),
  };
}
