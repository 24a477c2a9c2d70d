import type { Context } from 'hono';
import {
  createCluster,
  deleteCluster,
  getCluster,
  replaceCluster,
  searchClusters,
} from '../../services/clusters.ts';
import { invalid } from '../../domain/errors.ts';
import type { ClusterBody } from '../../domain/cluster.ts';
import { CLUSTER_STATUSES } from '../../domain/cluster.ts';
import { decodeBody } from '../decode/decode.ts';
import { clusterFields } from '../decode/fields.ts';
import type { ApiEnv } from '../env.ts';
import { pathParam } from './path.ts';
import { clusterJson } from './shapes.ts';

export async function list(c: Context<ApiEnv>): Promise<Response> {
  const clusters = await searchClusters(c.get('services'), c.get('caller'));
  return c.json({ clusters: clusters.map(clusterJson) });
}

export async function create(c: Context<ApiEnv>): Promise<Response> {
  await createCluster(c.get('services'), c.get('caller'), bodyOf(await c.req.text()));
  return c.json({ created: true });
}

export async function get(c: Context<ApiEnv>): Promise<Response> {
  const found = await getCluster(c.get('services'), c.get('caller'), idOf(c));
  return c.json(clusterJson(found));
}

export async function update(c: Context<ApiEnv>): Promise<Response> {
  const id = idOf(c);
  await replaceCluster(c.get('services'), c.get('caller'), id, bodyOf(await c.req.text()));
  return c.json({ updated: true });
}

export async function remove(c: Context<ApiEnv>): Promise<Response> {
  await deleteCluster(c.get('services'), c.get('caller'), idOf(c));
  return c.json({ deleted: true });
}

function idOf(c: Context<ApiEnv>): number {
  const text = pathParam(c, 'cluster_id');
  const id = Number(text);
  if (!/^-?\d+$/.test(text) || !Number.isSafeInteger(id)) {
    throw invalid('cluster_id', `${text} is not a whole number`);
  }
  return id;
}

/** PUT replaces everything, so that a list that is not there is a mistake and not an empty list. */
function bodyOf(text: string): ClusterBody {
  const body = decodeBody(clusterFields, text);
  const status = CLUSTER_STATUSES.find((one) => one === body.status);
  if (body.name === undefined || body.name === '') throw invalid('name', 'must be specified');
  if (status === undefined) {
    const valid = CLUSTER_STATUSES.join(', ');
    throw invalid('status', `must be one of [${valid}], was [${body.status ?? ''}]`);
  }
  if (body.allowed_tiers === undefined) throw invalid('allowed_tiers', 'must be a list');
  if (body.capabilities === undefined) throw invalid('capabilities', 'must be a list');
  return {
    name: body.name,
    clusterVersion: body.cluster_version ?? '',
    status,
    statusReason: body.status_reason ?? '',
    allowedTiers: body.allowed_tiers,
    capabilities: body.capabilities,
    region: body.region ?? '',
    namespace: body.namespace ?? '',
    emrVirtualCluster: body.emr_virtual_cluster ?? '',
    sparkServerUri: body.spark_server_uri ?? '',
  };
}
