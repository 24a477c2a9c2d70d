import { createRoute, z } from '@hono/zod-openapi';
import { findRunsById } from '../../services/runs.ts';
import { failures, filledText, ok, queryNumber, v8Routes } from './kit.ts';
import { runSummaryJson } from './run-json.ts';
import { runSummary } from './run-schema.ts';

const MAX_RUNS = 100;

const byIdRoute = createRoute({
  method: 'get',
  path: '/runs/by-id',
  operationId: 'findRunsById',
  summary: 'Runs by how their id begins',
  description: 'With or without the engine before it, and with case; in the order of their ids.',
  tags: ['runs'],
  request: {
    query: z.strictObject({
      prefix: filledText.max(200),
      limit: queryNumber(1, MAX_RUNS).default(10),
    }),
  },
  responses: {
    200: ok(z.object({ runs: z.array(runSummary) }).openapi('RunsById'), 'the runs'),
    ...failures,
  },
});

/** Runs of whose id somebody has a part. */
export const runsByIdRoutes = v8Routes().openapi(byIdRoute, async (c) => {
  const { prefix, limit } = c.req.valid('query');
  const runs = await findRunsById(c.get('services'), c.get('caller'), prefix, limit);
  return c.json({ runs: runs.map(runSummaryJson) }, 200);
});
