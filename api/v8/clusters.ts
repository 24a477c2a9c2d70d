import { createRoute, z } from '@hono/zod-openapi';
import type { ClusterPatch } from '../../domain/cluster.ts';
import { defined } from '../../domain/defined.ts';
import { notFound } from '../../domain/errors.ts';
import {
  getLoadedCluster,
  listLoadedClusters,
  type LoadedCluster,
} from '../../services/cluster-loads.ts';
import { changeCluster, deleteCluster, registerCluster } from '../../services/clusters.ts';
import type { Services } from '../../services/context.ts';
import { cluster, clusterPatch, newCluster } from './cluster-schema.ts';
import { failures, idParam, jsonBody, needsJson, ok, timeOf, v8Routes } from './kit.ts';

const params = idParam('cluster_id');
const tags = ['clusters'];

const listRoute = createRoute({
  method: 'get',
  path: '/clusters',
  operationId: 'listClusters',
  summary: 'Every cluster, by name',
  tags,
  responses: { 200: ok(z.object({ clusters: z.array(cluster) }), 'the clusters'), ...failures },
});

const getRoute = createRoute({
  method: 'get',
  path: '/clusters/{cluster_id}',
  operationId: 'getCluster',
  summary: 'A cluster',
  tags,
  request: { params },
  responses: { 200: ok(cluster, 'the cluster'), ...failures },
});

const addRoute = createRoute({
  method: 'post',
  path: '/clusters',
  operationId: 'addCluster',
  summary: 'Register a cluster; workers that have its engine serve it within seconds',
  tags,
  middleware: needsJson,
  request: { body: jsonBody(newCluster) },
  responses: { 201: ok(cluster, 'the cluster'), ...failures },
});

const patchRoute = createRoute({
  method: 'patch',
  path: '/clusters/{cluster_id}',
  operationId: 'updateCluster',
  summary: 'Change what is named of a cluster',
  description:
    'In status `maintenance` or `offline` nothing starts there; what runs goes on, and what waits says so.',
  tags,
  middleware: needsJson,
  request: { params, body: jsonBody(clusterPatch) },
  responses: { 200: ok(cluster, 'the cluster as it is now'), ...failures },
});

const deleteRoute = createRoute({
  method: 'delete',
  path: '/clusters/{cluster_id}',
  operationId: 'deleteCluster',
  summary: 'Forget a cluster; with runs that are not over it is a conflict',
  tags,
  request: { params },
  responses: { 204: { description: 'it is no longer known' }, ...failures },
});

/** Clusters and what is on them. */
export const clusterRoutes = v8Routes()
  .openapi(listRoute, async (c) => {
    const services = c.get('services');
    const rows = await listLoadedClusters(services, c.get('caller'));
    return c.json({ clusters: rows.map((row) => clusterJson(services, row)) }, 200);
  })
  .openapi(getRoute, async (c) => {
    const services = c.get('services');
    const { cluster_id: id } = c.req.valid('param');
    const row = await getLoadedCluster(services, c.get('caller'), id);
    return c.json(clusterJson(services, row), 200);
  })
  .openapi(addRoute, async (c) => {
    const services = c.get('services');
    const { name, engine, ...rest } = c.req.valid('json');
    const added = { name, engine, ...patchOf(rest) };
    const id = String(await registerCluster(services, c.get('caller'), added));
    c.header('location', `/api/v8/clusters/${id}`);
    const row = await getLoadedCluster(services, c.get('caller'), id);
    return c.json(clusterJson(services, row), 201);
  })
  .openapi(patchRoute, async (c) => {
    const services = c.get('services');
    const { cluster_id: id } = c.req.valid('param');
    await changeCluster(services, c.get('caller'), numberOf(id), patchOf(c.req.valid('json')));
    const row = await getLoadedCluster(services, c.get('caller'), id);
    return c.json(clusterJson(services, row), 200);
  })
  .openapi(deleteRoute, async (c) => {
    const { cluster_id: id } = c.req.valid('param');
    await deleteCluster(c.get('services'), c.get('caller'), numberOf(id));
    return c.body(null, 204);
  });

/** @throws FlotillaError `not_found`: ids are numbers, but of a string's form here */
function numberOf(id: string): number {
  const number = Number(id);
  if (String(number) === id && Number.isSafeInteger(number)) return number;
  throw notFound(`Cluster with ID ${id} not found`);
}

function patchOf(body: z.output<typeof clusterPatch>): ClusterPatch {
  return defined({
    status: body.status,
    statusReason: body.status_reason,
    allowedTiers: body.allowed_tiers,
    capabilities: body.capabilities,
    region: body.region,
    namespace: body.namespace,
    slotLimit: body.slot_limit,
  });
}

function clusterJson(services: Services, row: LoadedCluster): z.output<typeof cluster> {
  return {
    cluster_id: String(row.id),
    name: row.name,
    engine: row.engine ?? services.settings.engineDefault,
    status: row.status,
    status_reason: row.statusReason,
    status_since: timeOf(row.statusSince),
    region: row.region,
    allowed_tiers: row.allowedTiers,
    capabilities: row.capabilities,
    slot_limit: row.slotLimit,
    namespace: row.namespace,
    version: row.version,
    reached_at: timeOf(row.reachedAt),
    last_error: row.lastError,
    last_error_at: timeOf(row.lastErrorAt),
    running: row.running,
    queued: row.queued,
  };
}
