import { createRoute, z } from '@hono/zod-openapi';
import { SUGGESTED } from '../../db/suggestions.ts';
import { STATUSES } from '../../domain/lifecycle/status.ts';
import { getOverview, type Overview } from '../../services/overview.ts';
import { suggest } from '../../services/suggestions.ts';
import { failures, ok, queryNumber, text, time, timeOf, v8Routes } from './kit.ts';
import { runSummaryJson } from './run-json.ts';
import { runSummary } from './run-schema.ts';

const HOUR_MS = 3_600_000;
const MAX_HOURS = 168;
const MAX_VALUES = 100;
const tags = ['overview'];

const overview = z
  .object({
    hours: z.array(
      z
        .object({
          at: time.openapi({ description: 'when the hour begins; the last one goes on' }),
          succeeded: z.int(),
          failed: z.int(),
          stopped_by_hand: z.int().openapi({ description: 'neither succeeded nor failed' }),
        })
        .openapi('OverviewHour', { description: 'runs that ended then' }),
    ),
    exact: z.boolean().openapi({
      description: 'false when so many runs have ended that the earliest are missing',
    }),
    open: z.array(z.object({ status: z.enum(STATUSES), runs: z.int() }).openapi('OpenRuns')),
    queue: z.array(
      z
        .object({
          cluster: z.string(),
          waiting: z.int().openapi({ description: 'QUEUED or NEEDS_RETRY' }),
          limit: z.int().nullable().openapi({ description: 'null for none' }),
          running: z.int().openapi({ description: 'PENDING or RUNNING' }),
        })
        .openapi('ClusterQueue'),
    ),
    longest_waiting: z.array(runSummary),
    failing_definitions: z.array(
      z
        .object({
          definition_id: z.string(),
          alias: z.string().nullable(),
          failed: z.int(),
          runs: z.int().openapi({ description: 'that ended, however' }),
          last_failed_run_id: z.string(),
        })
        .openapi('FailingDefinition'),
    ),
  })
  .openapi('Overview');

const overviewRoute = createRoute({
  method: 'get',
  path: '/overview',
  operationId: 'getOverview',
  summary: 'How the installation stands, and how runs went in the last hours',
  tags,
  request: {
    query: z.strictObject({
      hours: queryNumber(1, MAX_HOURS)
        .default(24)
        .openapi({ description: 'the present one included' }),
    }),
  },
  responses: { 200: ok(overview, 'the overview'), ...failures },
});

const suggestionsRoute = createRoute({
  method: 'get',
  path: '/suggestions',
  operationId: 'listSuggestions',
  summary: 'Values that are in use, by how they begin, with case',
  description: 'From definitions, clusters and recent runs, in order.',
  tags,
  request: {
    query: z.strictObject({
      field: z.enum(SUGGESTED),
      prefix: text.max(1_000).default(''),
      limit: queryNumber(1, MAX_VALUES).default(10),
    }),
  },
  responses: {
    200: ok(z.object({ values: z.array(z.string()) }).openapi('Suggestions'), 'the values'),
    ...failures,
  },
});

/** What a first page shows, and what a filter offers. */
export const overviewRoutes = v8Routes()
  .openapi(overviewRoute, async (c) => {
    const { hours } = c.req.valid('query');
    const found = await getOverview(c.get('services'), c.get('caller'), hours);
    return c.json(overviewJson(found), 200);
  })
  .openapi(suggestionsRoute, async (c) => {
    const { field, ...query } = c.req.valid('query');
    const values = await suggest(c.get('services'), c.get('caller'), field, query);
    return c.json({ values }, 200);
  });

function overviewJson(found: Overview): z.output<typeof overview> {
  return {
    hours: found.hours.map(({ hour, succeeded, failed, stoppedByHand }) => ({
      at: timeOf(new Date(hour * HOUR_MS)),
      succeeded,
      failed,
      stopped_by_hand: stoppedByHand,
    })),
    exact: found.exact,
    open: found.open,
    queue: found.clusters.map(({ name, queued, slotLimit, running }) => ({
      cluster: name,
      waiting: queued,
      limit: slotLimit,
      running,
    })),
    longest_waiting: found.longestWaiting.map(runSummaryJson),
    failing_definitions: found.failing.map((one) => ({
      definition_id: one.definitionId,
      alias: one.alias,
      failed: one.failed,
      runs: one.runs,
      last_failed_run_id: one.lastFailedRunId,
    })),
  };
}
