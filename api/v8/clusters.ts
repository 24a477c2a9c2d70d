import { createRoute, z } from '@hono/zod-openapi';
import {
  getLoadedCluster,
  listLoadedClusters,
  type LoadedCluster,
} from '../../services/cluster-loads.ts';
import type { Services } from '../../services/context.ts';
import { failures, idParam, ok, time, timeOf, v8Routes } from './kit.ts';

const tags = ['clusters'];

const cluster = z
  .object({
    cluster_id: z.string(),
    name: z.string(),
    engine: z.string(),
    status: z.enum(['active', 'maintenance', 'offline']),
    status_reason: z.string().nullable(),
    status_since: time.nullable(),
    region: z.string(),
    allowed_tiers: z.array(z.string()),
    capabilities: z.array(z.string()),
    slot_limit: z
      .int()
      .nullable()
      .openapi({ description: 'how many runs may be there at once; null for any number' }),
    running: z.int().openapi({ description: 'runs that are PENDING or RUNNING' }),
    queued: z.int().openapi({ description: 'runs that are QUEUED or NEEDS_RETRY' }),
  })
  .openapi('Cluster');

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
  request: { params: idParam('cluster_id') },
  responses: { 200: ok(cluster, 'the cluster'), ...failures },
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
  });

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
    running: row.running,
    queued: row.queued,
  };
}
