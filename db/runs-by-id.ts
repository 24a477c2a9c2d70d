import { getTableColumns, eq, sql } from 'drizzle-orm';
import { ENGINE_NAMES } from '../domain/engine-name.ts';
import type { Db } from './client.ts';
import { escapeLike } from './filters.ts';
import { inTime } from './page.ts';
import type { RunRow } from './runs.ts';
import { task } from './schema.ts';

/** Comes behind all that an id may go on with, in every collation. */
const BEHIND = 'zzzzzzzz';

/**
 * Runs whose id begins so, with or without the engine before it, in the order of their ids.
 * @param limit of runs, at the most
 * @throws FlotillaError `unavailable` (it took too long)
 */
export async function runsById(db: Db, prefix: string, limit: number): Promise<RunRow[]> {
  const rows = await inTime('more of the id', async () => selectById(db, prefix, limit));
  return rows.map(({ run }) => run);
}

/**
 * A step in the primary key for each way in which the id may begin. Its order need not be that of bytes,
 * but keeps what begins alike between the text and the text with BEHIND; LIKE leaves out what else there is.
 */
export function selectById(db: Db, prefix: string, limit: number) {
  const beginnings = [prefix, ...ENGINE_NAMES.map((engine) => `${engine}-${prefix}`)];
  const parts = beginnings.map(
    (text) => sql`(SELECT ${task.runId} AS id FROM ${task}
      WHERE ${task.runId} >= ${text} AND ${task.runId} <= ${text + BEHIND}
        AND ${task.runId} LIKE ${`${escapeLike(text)}%`}
      ORDER BY ${task.runId} LIMIT ${limit})`,
  );
  const found = sql`(SELECT DISTINCT id FROM (${sql.join(parts, sql` UNION ALL `)}) AS them
    ORDER BY id LIMIT ${limit}) AS found`;
  return db
    .select({ run: getTableColumns(task) })
    .from(found)
    .innerJoin(task, eq(task.runId, sql`found.id`))
    .orderBy(task.runId);
}
