import { createRoute, z } from '@hono/zod-openapi';
import { STATUSES } from '../../domain/lifecycle/status.ts';
import { countDefinitionRuns, countRuns } from '../../services/run-counts.ts';
import { failures, idParam, ok, v8Routes } from './kit.ts';
import { matchOf, runCountsQuery } from './run-filter.ts';

const exact = z.boolean().openapi({ description: 'false when there are more than were counted' });

const countsRoute = createRoute({
  method: 'get',
  path: '/runs/counts',
  operationId: 'countRuns',
  summary: 'How many runs there are of each status, counted up to a bound',
  tags: ['runs'],
  request: { query: runCountsQuery },
  responses: {
    200: ok(
      z
        .object({
          counts: z.array(
            z.object({ status: z.enum(STATUSES), runs: z.int(), exact }).openapi('StatusCount'),
          ),
        })
        .openapi('RunCounts'),
      'a count for each status',
    ),
    ...failures,
  },
});

const definitionRoute = createRoute({
  method: 'get',
  path: '/definitions/{definition_id}/runs-count',
  operationId: 'countDefinitionRuns',
  summary: 'How many runs a definition has, counted up to a bound',
  tags: ['definitions'],
  request: { params: idParam('definition_id') },
  responses: {
    200: ok(
      z
        .object({
          runs: z.int(),
          open: z.int().openapi({ description: 'of these, not over' }),
          exact,
        })
        .openapi('DefinitionRunsCount'),
      'the counts',
    ),
    ...failures,
  },
});

/** How many runs there are. */
export const runCountRoutes = v8Routes()
  .openapi(countsRoute, async (c) => {
    const match = matchOf(c.req.valid('query'));
    const counts = await countRuns(c.get('services'), c.get('caller'), match);
    return c.json({ counts }, 200);
  })
  .openapi(definitionRoute, async (c) => {
    const { definition_id: id } = c.req.valid('param');
    const { runs, open } = await countDefinitionRuns(c.get('services'), c.get('caller'), id);
    return c.json({ runs: runs.runs, open: open.runs, exact: runs.exact && open.exact }, 200);
  });
