import type { Caller } from '../domain/caller.ts';
import { notFound } from '../domain/errors.ts';
import { contactsOf, NO_CONTACT, type Contact } from '../db/cluster-contact.ts';
import { clusterLoads, type ClusterLoad } from '../db/cluster-loads.ts';
import { listClusters, type ClusterRow } from '../db/clusters.ts';
import type { Services } from './context.ts';

const IDLE: ClusterLoad = { running: 0, queued: 0 };

export type LoadedCluster = ClusterRow & ClusterLoad & Contact;

/** Every cluster, by name, with its open runs and when it last answered. */
export async function listLoadedClusters(
  services: Services,
  _caller: Caller,
): Promise<LoadedCluster[]> {
  const [clusters, loads] = await Promise.all([
    listClusters(services.db),
    clusterLoads(services.db),
  ]);
  const names = clusters.map((cluster) => cluster.name);
  const contacts = await contactsOf(services.db, names);
  return clusters.map((cluster) => loaded(cluster, loads, contacts));
}

/** @throws FlotillaError `not_found` */
export async function getLoadedCluster(
  services: Services,
  _caller: Caller,
  id: string,
): Promise<LoadedCluster> {
  const cluster = (await listClusters(services.db)).find((one) => String(one.id) === id);
  if (cluster === undefined) throw notFound(`Cluster with ID ${id} not found`);
  const [loads, contacts] = await Promise.all([
    clusterLoads(services.db, cluster.name),
    contactsOf(services.db, [cluster.name]),
  ]);
  return loaded(cluster, loads, contacts);
}

function loaded(
  cluster: ClusterRow,
  loads: ReadonlyMap<string, ClusterLoad>,
  contacts: ReadonlyMap<string, Contact>,
): LoadedCluster {
  const { name } = cluster;
  return { ...cluster, ...(loads.get(name) ?? IDLE), ...(contacts.get(name) ?? NO_CONTACT) };
}
