import type { Caller } from '../domain/caller.ts';
import { notFound } from '../domain/errors.ts';
import { clusterLoads, type ClusterLoad } from '../db/cluster-loads.ts';
import { listClusters, type ClusterRow } from '../db/clusters.ts';
import type { Services } from './context.ts';

const IDLE: ClusterLoad = { running: 0, queued: 0 };

export type LoadedCluster = ClusterRow & ClusterLoad;

/** Every cluster, by name, with its open runs. */
export async function listLoadedClusters(
  services: Services,
  _caller: Caller,
): Promise<LoadedCluster[]> {
  const [clusters, loads] = await Promise.all([
    listClusters(services.db),
    clusterLoads(services.db),
  ]);
  return clusters.map((cluster) => ({ ...cluster, ...(loads.get(cluster.name) ?? IDLE) }));
}

/** @throws FlotillaError `not_found` */
export async function getLoadedCluster(
  services: Services,
  _caller: Caller,
  id: string,
): Promise<LoadedCluster> {
  const cluster = (await listClusters(services.db)).find((one) => String(one.id) === id);
  if (cluster === undefined) throw notFound(`Cluster with ID ${id} not found`);
  const loads = await clusterLoads(services.db, cluster.name);
  return { ...cluster, ...(loads.get(cluster.name) ?? IDLE) };
}
