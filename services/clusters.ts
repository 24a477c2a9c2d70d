import type { Caller } from '../domain/caller.ts';
import type { ClusterBody, ClusterPatch, NewCluster } from '../domain/cluster.ts';
import { conflict, invalid, notFound } from '../domain/errors.ts';
import { refuseLongTexts } from '../domain/sizes.ts';
import { transact, type Tx } from '../db/client.ts';
import { clusterLoads } from '../db/cluster-loads.ts';
import {
  addCluster,
  findClusterById,
  insertCluster,
  listClusters,
  lockClusters,
  patchCluster,
  removeCluster,
  updateCluster,
  type ClusterRow,
} from '../db/clusters.ts';
import type { Services } from './context.ts';

/** Clusters that somebody registered, by name; those of the configuration are not among them. */
export async function searchClusters(services: Services, _caller: Caller): Promise<ClusterRow[]> {
  return (await listClusters(services.db)).filter((cluster) => cluster.id > 0);
}

/** @throws FlotillaError `not_found` */
export async function getCluster(
  services: Services,
  _caller: Caller,
  id: number,
): Promise<ClusterRow> {
  const found = await findClusterById(services.db, id);
  if (found === null) throw unknownCluster(id);
  return found;
}

/**
 * Registers a cluster. Its name is its identity: Task Queues and slots are named for it.
 * @throws FlotillaError `invalid` (the name is too long), `conflict` (it is taken)
 */
export async function createCluster(
  services: Services,
  _caller: Caller,
  body: ClusterBody,
): Promise<void> {
  refuseLongTexts({ name: body.name });
  await transact(services.db, async (tx) => {
    const others = await lockClusters(tx);
    if (others.some((other) => other.name === body.name)) throw nameTaken(body.name);
    await insertCluster(tx, body);
  });
}

/**
 * Replaces all that callers write of a cluster.
 * @throws FlotillaError `invalid`, `not_found`, `conflict` (the name is taken, or the old one has open runs)
 */
export async function replaceCluster(
  services: Services,
  _caller: Caller,
  id: number,
  body: ClusterBody,
): Promise<void> {
  refuseLongTexts({ name: body.name });
  await transact(services.db, async (tx) => {
    const all = await lockClusters(tx);
    const current = all.find((cluster) => cluster.id === id);
    if (current === undefined) throw unknownCluster(id);
    if (current.name !== body.name) {
      if (all.some((other) => other.name === body.name)) throw nameTaken(body.name);
      await refuseWithOpenRuns(tx, all, current);
    }
    await updateCluster(tx, id, body);
  });
}

/** A name of which a file, a directory and a Task Queue can be named. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/**
 * Registers a cluster with its engine, so that workers serve it.
 * @returns its id
 * @throws FlotillaError `invalid` (the name), `conflict` (it is taken)
 */
export async function registerCluster(
  services: Services,
  _caller: Caller,
  cluster: NewCluster,
): Promise<number> {
  if (!NAME.test(cluster.name)) {
    throw invalid(
      'name',
      'must be of letters, digits, ".", "_" and "-", at most 100, no mark first',
    );
  }
  return transact(services.db, async (tx) => {
    const others = await lockClusters(tx);
    if (others.some((other) => other.name === cluster.name)) throw nameTaken(cluster.name);
    return addCluster(tx, cluster);
  });
}

/**
 * Changes what a patch names of a cluster.
 * @throws FlotillaError `not_found`
 */
export async function changeCluster(
  services: Services,
  _caller: Caller,
  id: number,
  patch: ClusterPatch,
): Promise<void> {
  await transact(services.db, async (tx) => {
    const current = (await lockClusters(tx)).find((cluster) => cluster.id === id);
    if (current === undefined) throw unknownCluster(id);
    await patchCluster(tx, current, patch);
  });
}

/** @throws FlotillaError `not_found`, `conflict` (runs on it are not over) */
export async function deleteCluster(
  services: Services,
  _caller: Caller,
  id: number,
): Promise<void> {
  await transact(services.db, async (tx) => {
    const all = await lockClusters(tx);
    const current = all.find((cluster) => cluster.id === id);
    if (current === undefined) throw unknownCluster(id);
    await refuseWithOpenRuns(tx, all, current);
    await removeCluster(tx, current);
  });
}

/** Runs name their cluster: the last row of a name stays as long as one of them is not over. */
async function refuseWithOpenRuns(
  tx: Tx,
  all: readonly ClusterRow[],
  { id, name }: ClusterRow,
): Promise<void> {
  // A database of flotilla-os may have several rows of one name.
  if (all.some((other) => other.id !== id && other.name === name)) return;
  const load = (await clusterLoads(tx, name)).get(name);
  if (load === undefined) return;
  throw conflict(`cluster ${name} has ${load.running + load.queued} runs that are not over`);
}

function unknownCluster(id: number) {
  return notFound(`Cluster with ID ${id} not found`);
}

function nameTaken(name: string) {
  return conflict(`cluster with name [${name}] already exists`, 'name');
}
