import { createRoute, z } from '@hono/zod-openapi';
import type { Caller } from '../../domain/caller.ts';
import { invalid } from '../../domain/errors.ts';
import { filterOf } from '../../db/run-filter.ts';
import type { RunFilter } from '../../db/run-list.ts';
import type { RunRow } from '../../db/runs.ts';
import { getDefinition, getDefinitionByAlias } from '../../services/definitions.ts';
import type { Services } from '../../services/context.ts';
import { noticesOf } from '../../services/notices.ts';
import { rerunRun } from '../../services/rerun.ts';
import { getRun, searchRunsAfter } from '../../services/runs.ts';
import { stopRun } from '../../services/stop.ts';
import { EMPTY_REQUEST, submitRun, type LaunchRequest } from '../../services/submit.ts';
import { filtersOf, pageQuery, positionOf, restOf } from './paging.ts';
import { failures, idParam, jsonBody, needsJson, ok, v8Routes } from './kit.ts';
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
    const filter = filterOf(matchOf(query));
    return c.json(await pageJson(c.get('services'), c.get('caller'), filter, limit, cursor), 200);
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
    const accepted = await submitRun(services, caller, find, requestOf(caller, body));
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
    return c.json(await pageJson(services, caller, filter, limit, cursor), 200);
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
  filter: RunFilter,
  limit: number,
  cursor: string | undefined,
): Promise<z.output<typeof runPage>> {
  const page = await searchRunsAfter(services, caller, {
    ...filter,
    sortBy: 'queued_at',
    order: 'desc',
    limit,
    after: positionOf(cursor),
  });
  return { runs: page.runs.map(runSummaryJson), ...restOf(page) };
}

function requestOf(caller: Caller, body: z.output<typeof launch>): LaunchRequest {
  const owner = body.owner ?? caller.name;
  if (owner === null) throw invalid('owner', 'must be given, because the caller is not known');
  return {
    ...EMPTY_REQUEST,
    owner,
    cluster: body.cluster ?? null,
    engine: body.engine ?? null,
    env: body.env,
    command: body.command ?? null,
    memory: body.memory_mb ?? null,
    cpu: body.cpu_millicores ?? null,
    gpu: body.gpu ?? null,
    ephemeralStorage: body.ephemeral_storage_mb ?? null,
    nodeLifecycle: body.node_lifecycle ?? null,
    activeDeadlineSeconds: body.active_deadline_seconds ?? null,
    description: body.description ?? null,
    idempotenceKey: body.idempotence_key || null,
    arch: body.arch ?? null,
    labels: body.labels ?? null,
    serviceAccount: body.service_account ?? null,
    tier: body.tier ?? null,
  };
}
