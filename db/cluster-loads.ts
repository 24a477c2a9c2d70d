import { eq, sql } from 'drizzle-orm';
import { task } from './schema.ts';
import type { Tx } from './client.ts';

/** The open runs of a cluster. */
export interface ClusterLoad {
  /** Accepted by the cluster: PENDING or RUNNING. */
  running: number;
  /** Not yet, or not again: QUEUED or NEEDS_RETRY. */
  queued: number;
}

/** The loads of the clusters that have open runs of ours, or of one; by ix_task_open. */
export async function clusterLoads(
  tx: Tx,
  cluster?: string,
): Promise<ReadonlyMap<string, ClusterLoad>> {
  const ofCluster = cluster === undefined ? sql`true` : eq(task.clusterName, cluster);
  const { rows } = await tx.execute<{ name: string; running: number; queued: number }>(sql`
    SELECT cluster_name AS name,
      (count(*) FILTER (WHERE status IN ('PENDING', 'RUNNING')))::int AS running,
      (count(*) FILTER (WHERE status NOT IN ('PENDING', 'RUNNING')))::int AS queued
    FROM task
    WHERE workflow_id IS NOT NULL AND status <> 'STOPPED' AND cluster_name IS NOT NULL
      AND ${ofCluster}
    GROUP BY cluster_name`);
  return new Map(rows.map(({ name, running, queued }) => [name, { running, queued }]));
}
