import type { JobRef } from '../domain/lifecycle/messages.ts';
import type { Db } from './client.ts';

/** Where a job is, in its cluster's words; null where that is not known (yet). */
export interface PlacedJob {
  ref: JobRef;
  place: {
    host: string | null;
    pod: string | null;
    namespace: string | null;
    container: string | null;
  };
}

/** Of the places told, those that the attempt does not have. Locks nothing. */
const CHANGED = `
  SELECT told.run_id, told.attempt, t.pod_name <> told.pod AS moved
  FROM jsonb_to_recordset($1::jsonb) AS told(run_id varchar, attempt int, pod text, host text)
  JOIN launch_attempt a ON a.run_id = told.run_id AND a.attempt = told.attempt
  JOIN task t ON t.run_id = told.run_id AND t.workflow_id IS NOT NULL
  WHERE told.pod <> coalesce(a.pod_name, '') OR told.host <> coalesce(a.host, '')`;

/**
 * The run's row first, as whoever writes a lifecycle locks them. What is not known any more stays, but
 * for the host of another pod. The run shows the place of its latest attempt.
 */
const PLACE = `
  WITH run AS (
    SELECT run_id FROM task WHERE run_id = $1 FOR NO KEY UPDATE
  ), placed AS (
    UPDATE launch_attempt a SET pod_name = coalesce($3, a.pod_name),
      host = CASE WHEN $3 <> a.pod_name THEN $4 ELSE coalesce($4, a.host) END
    FROM run WHERE a.run_id = run.run_id AND a.attempt = $2
    RETURNING a.pod_name, a.host
  )
  UPDATE task SET pod_name = placed.pod_name, instance_dns_name = placed.host,
    namespace = coalesce($5, namespace), container_name = coalesce($6, container_name)
  FROM placed
  WHERE run_id = $1
    AND NOT EXISTS (SELECT 1 FROM launch_attempt WHERE run_id = $1 AND attempt > $2)`;

/**
 * Puts on record where jobs are, of those where it changed; runs that are not ours are left out.
 * @returns how many runs were in another pod before
 */
export async function recordPlaces(db: Db, jobs: readonly PlacedJob[]): Promise<number> {
  if (jobs.length === 0) return 0;
  const told = jobs.map(({ ref, place }) => ({
    run_id: ref.runId,
    attempt: ref.attempt,
    pod: place.pod,
    host: place.host,
  }));
  const { rows } = await db.$client.query<{
    run_id: string;
    attempt: number;
    moved: boolean | null;
  }>(CHANGED, [JSON.stringify(told)]);
  const changed = new Set(rows.map((row) => `${row.run_id}/${row.attempt}`));
  for (const { ref, place } of jobs) {
    if (!changed.has(`${ref.runId}/${ref.attempt}`)) continue;
    const { pod, host, namespace, container } = place;
    const values = [ref.runId, ref.attempt, pod, host, namespace, container];
    await db.$client.query({ name: 'place_job', text: PLACE, values });
  }
  return rows.filter(({ moved }) => moved === true).length;
}
