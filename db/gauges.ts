import type { Db } from './client.ts';

/** Every cluster in every open status, so that a series does not end where there is nothing to count. */
const OPEN_RUNS = `
  WITH open AS (
    SELECT cluster_name, status FROM task
    WHERE workflow_id IS NOT NULL AND status <> 'STOPPED'
  ), counted AS (
    SELECT coalesce(cluster_name, '') AS cluster, status, count(*)::int AS runs
    FROM open GROUP BY 1, 2
  ), every AS (
    SELECT DISTINCT name AS cluster, each.status FROM cluster_state,
      unnest(ARRAY['QUEUED', 'PENDING', 'RUNNING', 'NEEDS_RETRY']) AS each(status)
  )
  SELECT cluster, status, coalesce(runs, 0) AS runs
  FROM every FULL JOIN counted USING (cluster, status)`;

/** Runs of ours that are not over. By ix_task_open. */
export async function countOpenRuns(
  db: Db,
): Promise<{ cluster: string; status: string; runs: number }[]> {
  const { rows } = await db.$client.query<{ cluster: string; status: string; runs: number }>(
    OPEN_RUNS,
  );
  return rows;
}

export interface SlotCount {
  cluster: string;
  held: number;
  waiting: number;
  /** Null for no limit. */
  limit: number | null;
}

const SLOTS = `
  SELECT c.name AS cluster, c.slot_limit AS limit,
    count(s.pool) FILTER (WHERE s.granted_at IS NOT NULL)::int AS held,
    count(s.pool) FILTER (WHERE s.granted_at IS NULL)::int AS waiting
  FROM (SELECT DISTINCT ON (name) name, slot_limit FROM cluster_state ORDER BY name, id) c
  LEFT JOIN slot s ON s.pool = c.name
  GROUP BY c.name, c.slot_limit`;

export async function countSlots(db: Db): Promise<SlotCount[]> {
  const { rows } = await db.$client.query<SlotCount>(SLOTS);
  return rows;
}
