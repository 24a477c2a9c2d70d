import { createRoute, z } from '@hono/zod-openapi';
import { invalid } from '../../domain/errors.ts';
import type { RunEvent } from '../../domain/run-events.ts';
import { getEventsAfter, getManifest } from '../../services/run-events.ts';
import { failures, idParam, ok, queryNumber, raw, time, timeOf, v8Routes } from './kit.ts';
import { pageFields, pageQuery, positionOf, restOf } from './paging.ts';

const MAX_ATTEMPT = 1_000_000;
const params = idParam('run_id');
const tags = ['runs'];

const event = z
  .object({
    uid: z.string().openapi({ description: 'identity within the run' }),
    attempt: z.int().nullable().openapi({ description: 'null for what concerns no single one' }),
    count: z.int().openapi({ description: 'how often it happened, the last time `at`' }),
    at: time.nullable(),
    type: z.string().openapi({ description: '`Normal` or `Warning`' }),
    reason: z.string(),
    source: z.string(),
    message: z.string(),
  })
  .openapi('Event');

const eventsRoute = createRoute({
  method: 'get',
  path: '/runs/{run_id}/events',
  operationId: 'listEvents',
  summary: "What happened to a run's jobs on their cluster, the earliest first",
  description:
    'An event that happens again counts up and moves to the time at which it did. Of a run with very ' +
    'many the oldest of type Normal are dropped.',
  tags,
  request: { params, query: z.strictObject(pageQuery) },
  responses: {
    200: ok(
      z.object({ events: z.array(event), ...pageFields }).openapi('EventPage'),
      'a page of events',
    ),
    ...failures,
  },
});

const manifestRoute = createRoute({
  method: 'get',
  path: '/runs/{run_id}/manifest',
  operationId: 'getManifest',
  summary: 'What the engine was given for an attempt, in its own words',
  tags,
  request: {
    params,
    query: z.strictObject({
      attempt: queryNumber(1, MAX_ATTEMPT)
        .optional()
        .openapi({ description: 'the latest one that was launched, unless it is given' }),
    }),
  },
  responses: {
    200: {
      description: 'the manifest, as YAML, of which JSON is a part',
      content: { 'application/yaml': { schema: z.string() } },
    },
    ...failures,
  },
});

/** What a run's cluster was given, and what it says of it. */
export const jobRoutes = v8Routes()
  .openapi(eventsRoute, async (c) => {
    const { run_id: runId } = c.req.valid('param');
    const { limit, cursor } = c.req.valid('query');
    const position = positionOf(cursor);
    const after = position === null ? null : { at: dateOf(position.value), uid: position.id };
    const page = await getEventsAfter(c.get('services'), c.get('caller'), runId, { after, limit });
    const last = page.more ? page.events.at(-1) : undefined;
    const next = last === undefined ? null : { value: timeOf(last.at), id: last.uid };
    const rest = restOf({ next, total: page.total, totalIsExact: true });
    return c.json({ events: page.events.map(eventJson), ...rest }, 200);
  })
  .openapi(manifestRoute, async (c) => {
    const { run_id: runId } = c.req.valid('param');
    const attempt = c.req.valid('query').attempt ?? null;
    const manifest = await getManifest(c.get('services'), c.get('caller'), runId, attempt);
    return raw(c.body(manifest, 200, { 'content-type': 'application/yaml' }));
  });

/** @throws FlotillaError `invalid` for a cursor of another list */
function dateOf(text: string | null): Date | null {
  if (text === null) return null;
  const at = new Date(text);
  if (Number.isNaN(at.getTime())) throw invalid('cursor', 'is not a cursor of this list');
  return at;
}

export function eventJson(row: RunEvent): z.output<typeof event> {
  const { uid, attempt, count, at, type, reason, source, message } = row;
  return { uid, attempt, count, at: timeOf(at), type, reason, source, message };
}
