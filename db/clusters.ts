import { asc, eq, sql } from 'drizzle-orm';
import type { ClusterBody, ClusterPatch, NewCluster } from '../domain/cluster.ts';
import { clusterState } from './schema.ts';
import type { Db, Tx } from './client.ts';

export type ClusterRow = typeof clusterState.$inferSelect;

/** Every cluster, by name. */
export async function listClusters(tx: Tx): Promise<ClusterRow[]> {
  return tx.select().from(clusterState).orderBy(asc(clusterState.name), asc(clusterState.id));
}

/** Every cluster; nobody else adds, changes or removes one until this transaction ends. */
export async function lockClusters(tx: Tx): Promise<ClusterRow[]> {
  await tx.execute(sql`LOCK TABLE cluster_state IN SHARE ROW EXCLUSIVE MODE`);
  return listClusters(tx);
}

/** The oldest of that name: flotilla-os lets several have it. */
export async function findCluster(db: Db, name: string): Promise<ClusterRow | null> {
  const [row] = await db
    .select()
    .from(clusterState)
    .where(eq(clusterState.name, name))
    .orderBy(asc(clusterState.id))
    .limit(1);
  return row ?? null;
}

export async function findClusterById(db: Tx, id: number): Promise<ClusterRow | null> {
  const [row] = await db.select().from(clusterState).where(eq(clusterState.id, id));
  return row ?? null;
}

export async function insertCluster(tx: Tx, body: ClusterBody): Promise<void> {
  await tx.insert(clusterState).values(body);
}

/** @returns its id */
export async function addCluster(tx: Tx, cluster: NewCluster): Promise<number> {
  const [row] = await tx
    .insert(clusterState)
    .values({ region: '', ...cluster })
    .returning({ id: clusterState.id });
  if (row === undefined) throw new Error('an insert returned no row');
  return row.id;
}

/** A status has the time since when it is so. */
export async function patchCluster(
  tx: Tx,
  current: ClusterRow,
  patch: ClusterPatch,
): Promise<void> {
  const changed = patch.status !== undefined && patch.status !== current.status;
  await tx
    .update(clusterState)
    .set({ ...patch, updatedAt: sql`now()`, ...(changed ? { statusSince: sql`now()` } : {}) })
    .where(eq(clusterState.id, current.id));
}

export async function updateCluster(tx: Tx, id: number, body: ClusterBody): Promise<void> {
  await tx
    .update(clusterState)
    .set({ ...body, updatedAt: sql`now()` })
    .where(eq(clusterState.id, id));
}

/** With what is on record of it, unless another row has its name. */
export async function removeCluster(tx: Tx, { id, name }: ClusterRow): Promise<void> {
  await tx.delete(clusterState).where(eq(clusterState.id, id));
  await tx.execute(sql`
    DELETE FROM cluster_contact
    WHERE name = ${name} AND NOT EXISTS (SELECT 1 FROM cluster_state WHERE name = ${name})`);
}

/** Adds a cluster unless one of that name is there. */
export async function seedCluster(
  db: Db,
  cluster: { name: string; engine: string; region: string; slotLimit?: number | null },
): Promise<void> {
  if ((await findCluster(db, cluster.name)) !== null) return;
  await db.insert(clusterState).values(cluster);
}

/**
 * Adds the clusters that the configuration names, unless they are there. Their ids are negative, so
 * that those of registered clusters stay what they would be without them.
 */
export async function seedConfiguredClusters(
  db: Db,
  names: readonly string[],
  engine: string,
  region: string,
): Promise<void> {
  for (const name of names) {
    await db.execute(sql`
      INSERT INTO cluster_state (id, name, engine, region)
      OVERRIDING SYSTEM VALUE
      SELECT least(min(id), 0) - 1, ${name}::text, ${engine}::text, ${region}::text FROM cluster_state
      HAVING NOT EXISTS (SELECT 1 FROM cluster_state WHERE name = ${name})
      ON CONFLICT DO NOTHING`);
  }
}
