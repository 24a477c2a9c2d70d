import { eq, getTableColumns, sql } from 'drizzle-orm';
import type { Db } from './client.ts';
import { inTime } from './page.ts';
import type { RunRow } from './runs.ts';
import { task } from './schema.ts';

/**
 * The run of each definition that was queued last, by definition id: the first in a list of its runs.
 * @throws FlotillaError `unavailable` (it took too long)
 */
export async function lastRunsOf(
  db: Db,
  definitionIds: readonly string[],
): Promise<Map<string, RunRow>> {
  if (definitionIds.length === 0) return new Map();
  const rows = await inTime('a lower limit', async () => selectLastRuns(db, definitionIds));
  return new Map(rows.map(({ definitionId, run }) => [definitionId, run]));
}

/** By ix_task_definition_queued_at, one step for each; runs without a time come last, as in a list. */
export function selectLastRuns(db: Db, definitionIds: readonly string[]) {
  const ofIt = sql`${task.definitionId} = asked.id`;
  const last = sql`(SELECT them.run_id FROM (
      (SELECT ${task.runId}, ${task.queuedAt} FROM ${task}
       WHERE ${ofIt} AND ${task.queuedAt} IS NOT NULL
       ORDER BY ${task.queuedAt} DESC, ${task.runId} DESC LIMIT 1)
      UNION ALL
      (SELECT ${task.runId}, ${task.queuedAt} FROM ${task}
       WHERE ${ofIt} AND ${task.queuedAt} IS NULL
       ORDER BY ${task.runId} DESC LIMIT 1)
    ) AS them ORDER BY them.queued_at DESC NULLS LAST LIMIT 1)`;
  return db
    .select({ definitionId: sql<string>`asked.id`, run: getTableColumns(task) })
    .from(sql`unnest(${sql.param([...definitionIds])}::text[]) AS asked (id)`)
    .innerJoin(sql`LATERAL ${last} AS last`, sql`true`)
    .innerJoin(task, eq(task.runId, sql`last.run_id`));
}
