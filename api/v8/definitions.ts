import { createRoute, z } from '@hono/zod-openapi';
import { patchDefinition } from '../../domain/definition.ts';
import {
  createDefinition,
  getDefinition,
  searchDefinitionsAfter,
  updateDefinition,
} from '../../services/definitions.ts';
import { deleteDefinition } from '../../services/definitions.ts';
import { getVersion, listVersions } from '../../services/definition-versions.ts';
import { lastRuns } from '../../services/runs.ts';
import {
  bodyJson,
  definition,
  definitionJson,
  definitionListQuery,
  definitionPage,
  definitionPatch,
  newDefinition,
  patchOf,
  version,
  versionList,
} from './definition-schema.ts';
import {
  failures,
  idParam,
  jsonBody,
  needsJson,
  ok,
  queryNumber,
  timeOf,
  v8Routes,
} from './kit.ts';
import { filtersOf, positionOf, restOf } from './paging.ts';
import { runSummaryJson } from './run-json.ts';

const params = idParam('definition_id');
const tags = ['definitions'];
const MAX_VERSION = 2_147_483_647;

const listRoute = createRoute({
  method: 'get',
  path: '/definitions',
  operationId: 'listDefinitions',
  summary: 'Definitions, by alias',
  tags,
  request: { query: definitionListQuery },
  responses: { 200: ok(definitionPage, 'a page of definitions'), ...failures },
});

const createRouteOf = createRoute({
  method: 'post',
  path: '/definitions',
  operationId: 'createDefinition',
  summary: 'Define a job',
  tags,
  middleware: needsJson,
  request: { body: jsonBody(newDefinition) },
  responses: { 201: ok(definition, 'the definition'), ...failures },
});

const getRoute = createRoute({
  method: 'get',
  path: '/definitions/{definition_id}',
  operationId: 'getDefinition',
  summary: 'A definition',
  tags,
  request: { params },
  responses: { 200: ok(definition, 'the definition'), ...failures },
});

const patchRoute = createRoute({
  method: 'patch',
  path: '/definitions/{definition_id}',
  operationId: 'updateDefinition',
  summary: 'Change what is named of a definition',
  description: 'A change is a new version; runs keep the version with which they were launched.',
  tags,
  middleware: needsJson,
  request: { params, body: jsonBody(definitionPatch) },
  responses: { 200: ok(definition, 'the definition as it is now'), ...failures },
});

const deleteRoute = createRoute({
  method: 'delete',
  path: '/definitions/{definition_id}',
  operationId: 'deleteDefinition',
  summary: 'Delete a definition; its runs and their history stay',
  tags,
  request: {
    params,
    query: z.strictObject({
      stop: z
        .enum(['true', 'false'])
        .default('false')
        .openapi({ description: 'true: stop its live runs; else they are a conflict' }),
    }),
  },
  responses: { 204: { description: 'it is deleted' }, ...failures },
});

const versionsRoute = createRoute({
  method: 'get',
  path: '/definitions/{definition_id}/versions',
  operationId: 'listVersions',
  summary: 'The latest thousand versions of a definition, the newest first',
  tags,
  request: { params },
  responses: { 200: ok(versionList, 'the versions'), ...failures },
});

const versionRoute = createRoute({
  method: 'get',
  path: '/definitions/{definition_id}/versions/{version}',
  operationId: 'getVersion',
  summary: 'A definition as it was in a version',
  tags,
  request: {
    params: params.extend({
      version: queryNumber(0, MAX_VERSION).openapi({
        param: { name: 'version', in: 'path', required: true },
      }),
    }),
  },
  responses: { 200: ok(version, 'the version'), ...failures },
});

/** Definitions and their versions. */
export const definitionRoutes = v8Routes()
  .openapi(listRoute, async (c) => {
    const services = c.get('services');
    const caller = c.get('caller');
    const { limit, cursor, include, ...query } = c.req.valid('query');
    const page = await searchDefinitionsAfter(services, caller, {
      filters: filtersOf(query),
      env: new Map(),
      exact: true,
      sortBy: 'alias',
      order: 'asc',
      limit,
      after: positionOf(cursor),
    });
    const definitions = page.definitions.map(definitionJson);
    if (include === undefined) return c.json({ definitions, ...restOf(page) }, 200);
    const ids = definitions.map((one) => one.definition_id);
    const runs = await lastRuns(services, caller, ids);
    const withRuns = definitions.map((one) => {
      const run = runs.get(one.definition_id);
      return { ...one, last_run: run === undefined ? null : runSummaryJson(run) };
    });
    return c.json({ definitions: withRuns, ...restOf(page) }, 200);
  })
  .openapi(createRouteOf, async (c) => {
    const patch = patchOf(c.req.valid('json'));
    const created = await createDefinition(c.get('services'), c.get('caller'), patch);
    c.header('location', `/api/v8/definitions/${encodeURIComponent(created.definition_id)}`);
    return c.json(definitionJson(created), 201);
  })
  .openapi(getRoute, async (c) => {
    const { definition_id: id } = c.req.valid('param');
    return c.json(definitionJson(await getDefinition(c.get('services'), c.get('caller'), id)), 200);
  })
  .openapi(patchRoute, async (c) => {
    const { definition_id: id } = c.req.valid('param');
    const patch = patchOf(c.req.valid('json'));
    const services = c.get('services');
    const changed = await updateDefinition(services, c.get('caller'), id, patch, patchDefinition);
    return c.json(definitionJson(changed), 200);
  })
  .openapi(deleteRoute, async (c) => {
    const { definition_id: id } = c.req.valid('param');
    const stop = c.req.valid('query').stop === 'true';
    await deleteDefinition(c.get('services'), c.get('caller'), id, { stop });
    return c.body(null, 204);
  })
  .openapi(versionsRoute, async (c) => {
    const { definition_id: id } = c.req.valid('param');
    const rows = await listVersions(c.get('services'), c.get('caller'), id);
    const versions = rows.map((row) => ({
      version: row.version,
      author: row.author,
      created_at: timeOf(row.createdAt),
    }));
    return c.json({ versions }, 200);
  })
  .openapi(versionRoute, async (c) => {
    const { definition_id: id, version: number } = c.req.valid('param');
    const row = await getVersion(c.get('services'), c.get('caller'), id, number);
    const head = { definition_id: id, version: row.version, author: row.author };
    return c.json({ ...head, created_at: timeOf(row.createdAt), body: bodyJson(row.body) }, 200);
  });
