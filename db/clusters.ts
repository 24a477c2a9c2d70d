import { asc, eq } from 'drizzle-orm';
import { clusterState } from './schema.ts';
import type { Db } from './client.ts';

export type ClusterRow = typeof clusterState.$inferSelect;

/** Every cluster, by name. */
export async function listClusters(db: Db): Promise<ClusterRow[]> {
  return db.select().from(clusterState).orderBy(asc(clusterState.name), asc(clusterState.id));
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

/** Adds a cluster unless one of that name is there. */
export async function seedCluster(
  db: Db,
  cluster: { name: string; engine: string; region: string; slotLimit?: number | null },
): Promise<void> {
  if ((await findCluster(db, cluster.name)) !== null) return;
  await db.insert(clusterState).values(cluster);
}
