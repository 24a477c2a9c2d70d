import { createRoute, z } from '@hono/zod-openapi';
import type { Caller } from '../../domain/caller.ts';
import { filterOf, sortOf } from '../../db/run-filter.ts';
import type { RunFilter, RunSort } from '../../db/run-list.ts';
import type { RunRow } from '../../db/runs.ts';
import { getDefinition, getDefinitionByAlias } from '../../services/definitions.ts';
import type { Services } from '../../services/context.ts';
import { noticesOf } from '../../services/notices.ts';
import { rerunRun } from '../../services/rerun.ts';
import { getRun, searchRunsAfter } from '../../services/runs.ts';
import { stopRun } from '../../services/stop.ts';
import { submitRun } from '../../services/submit.ts';
import { filtersOf, pageQuery, positionOf, restOf } from './paging.ts';
import { failures, idParam, jsonBody, needsJson, ok, v8Routes } from './kit.ts';
import { launchRequest } from './launch-request.ts';
import { runJson, runSummaryJson } from './run-json.ts';
import { matchOf, runListQuery } from './run-filter.ts';
import { launch, run, runPage, stopped } from './run-schema.ts';

const params = idParam('run_id');
const tags = ['runs'];

const listRoute = createRoute({
  method: 'get',
  path: '/runs',
  operationId: 'listRuns',
  summary: 'Runs, the last queued first',
  description: 'With `finished_since` or `finished_until`, the last ended first.',
  tags,
  request: { query: runListQuery },
  responses: { 200: ok(runPage, 'a page of runs'), ...failures },
});

const launchRoute = createRoute({
  method: 'post',
  path: '/runs',
  operationId: 'launchRun',
  summary: 'Run a definition, named by id or alias',
  tags,
  middleware: needsJson,
  request: { body: jsonBody(launch) },
  responses: { 201: ok(run, 'the run, which is stored'), ...failures },
});

const getRoute = createRoute({
  method: 'get',
  path: '/runs/{run_id}',
  operationId: 'getRun',
  summary: 'A run',
  tags,
  request: { params },
  responses: { 200: ok(run, 'the run'), ...failures },
});

const childrenRoute = createRoute({
  method: 'get',
  path: '/runs/{run_id}/children',
  operationId: 'listChildren',
  summary: 'Runs started from within a run, the last queued first',
  tags,
  request: { params, query: z.strictObject(pageQuery) },
  responses: { 200: ok(runPage, 'a page of runs'), ...failures },
});

const stopRoute = createRoute({
  method: 'post',
  path: '/runs/{run_id}/stop',
  operationId: 'stopRun',
  summary: 'Stop a run and every run started from within it',
  description: 'The wish is on record when this answers; a run is STOPPED when its job has ended.',
  tags,
  request: { params },
  responses: { 202: ok(stopped, 'the runs that are being stopped'), ...failures },
});

const rerunRoute = createRoute({
  method: 'post',
  path: '/runs/{run_id}/rerun',
  operationId: 'rerunRun',
  summary: 'Launch a run again as it was, on its definition as it is now',
  tags,
  request: { params },
  responses: { 201: ok(run, 'the new run, which is stored'), ...failures },
});

/** Runs: list, launch, look at, stop, launch again. */
export const runRoutes = v8Routes()
  .openapi(listRoute, async (c) => {
    const { limit, cursor, ...query } = c.req.valid('query');
    const match = matchOf(query);
    const list = { ...filterOf(match), sortBy: sortOf(match), limit, cursor };
    return c.json(await pageJson(c.get('services'), c.get('caller'), list), 200);
  })
  .openapi(launchRoute, async (c) => {
    const services = c.get('services');
    const caller = c.get('caller');
    const body = c.req.valid('json');
    const { definition_id: id, alias = '' } = body;
    const find = () =>
      id === undefined
        ? getDefinitionByAlias(services, caller, alias)
        : getDefinition(services, caller, id);
    const accepted = await submitRun(services, caller, find, launchRequest(caller, body));
    c.header('location', `/api/v8/runs/${encodeURIComponent(accepted.runId)}`);
    return c.json(jsonOf(services, accepted), 201);
  })
  .openapi(getRoute, async (c) => {
    const services = c.get('services');
    const { run_id: runId } = c.req.valid('param');
    return c.json(jsonOf(services, await getRun(services, c.get('caller'), runId)), 200);
  })
  .openapi(childrenRoute, async (c) => {
    const services = c.get('services');
    const caller = c.get('caller');
    const { run_id: runId } = c.req.valid('param');
    const { limit, cursor } = c.req.valid('query');
    await getRun(services, caller, runId);
    const filters = filtersOf({ parent_run_id: runId });
    const filter = { filters, env: new Map<string, string>(), engines: null, exact: true };
    const list = { ...filter, sortBy: 'queued_at' as const, limit, cursor };
    return c.json(await pageJson(services, caller, list), 200);
  })
  .openapi(stopRoute, async (c) => {
    const { run_id: runId } = c.req.valid('param');
    const marked = await stopRun(c.get('services'), c.get('caller'), runId);
    return c.json({ run_ids: marked.map((one) => one.runId) }, 202);
  })
  .openapi(rerunRoute, async (c) => {
    const services = c.get('services');
    const { run_id: runId } = c.req.valid('param');
    const accepted = await rerunRun(services, c.get('caller'), runId);
    c.header('location', `/api/v8/runs/${encodeURIComponent(accepted.runId)}`);
    return c.json(jsonOf(services, accepted), 201);
  });

function jsonOf(services: Services, row: RunRow): z.output<typeof run> {
  return runJson(row, noticesOf(services, row.engine, row.clusterName ?? ''));
}

async function pageJson(
  services: Services,
  caller: Caller,
  { cursor, ...list }: RunFilter & { sortBy: RunSort; limit: number; cursor: string | undefined },
): Promise<z.output<typeof runPage>> {
  const page = await searchRunsAfter(services, caller, {
    ...list,
    order: 'desc',
    after: positionOf(cursor),
  });
  return { runs: page.runs.map(runSummaryJson), ...restOf(page) };
}
