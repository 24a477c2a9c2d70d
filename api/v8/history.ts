import { createRoute, z } from '@hono/zod-openapi';
import { getAttempts, getTransitions } from '../../services/runs.ts';
import {
  attempt,
  attemptJson,
  transition,
  TRANSITION_POSITION,
  transitionJson,
  transitionOf,
} from './history-schema.ts';
import { failures, idParam, ok, v8Routes } from './kit.ts';

const params = idParam('run_id');
const tags = ['runs'];

const transitionsRoute = createRoute({
  method: 'get',
  path: '/runs/{run_id}/transitions',
  operationId: 'listTransitions',
  summary: 'How a run came to its status, in order',
  tags,
  request: {
    params,
    query: z.strictObject({
      after: z
        .string()
        .regex(TRANSITION_POSITION, 'is not the position of a transition')
        .optional()
        .openapi({ description: 'the `position` of the last transition that is known' }),
    }),
  },
  responses: {
    200: ok(z.object({ transitions: z.array(transition) }), 'the transitions'),
    ...failures,
  },
});

const attemptsRoute = createRoute({
  method: 'get',
  path: '/runs/{run_id}/attempts',
  operationId: 'listAttempts',
  summary: 'The attempts of a run, the first one first',
  tags,
  request: { params },
  responses: { 200: ok(z.object({ attempts: z.array(attempt) }), 'the attempts'), ...failures },
});

/** What became of a run: its transitions and attempts. */
export const historyRoutes = v8Routes()
  .openapi(transitionsRoute, async (c) => {
    const { run_id: runId } = c.req.valid('param');
    const after = transitionOf(c.req.valid('query').after);
    const rows = await getTransitions(c.get('services'), c.get('caller'), runId, after);
    return c.json({ transitions: rows.map(transitionJson) }, 200);
  })
  .openapi(attemptsRoute, async (c) => {
    const { run_id: runId } = c.req.valid('param');
    const rows = await getAttempts(c.get('services'), c.get('caller'), runId);
    return c.json({ attempts: rows.map(attemptJson) }, 200);
  });
