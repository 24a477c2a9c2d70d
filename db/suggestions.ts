import { sql, type SQL } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import type { Db } from './client.ts';
import { escapeLike } from './filters.ts';
import { clusterState, tags, task, taskDef } from './schema.ts';

/** The latest runs that are looked through. */
const RECENT_RUNS = 5_000;
/** Owners that are looked through, in their order. */
const MAX_OWNERS = 1_000;

export const SUGGESTED = ['owner', 'alias', 'group', 'cluster', 'image', 'tag'] as const;
export type Suggested = (typeof SUGGESTED)[number];

/**
 * Values that begin so and are in use, with case, each once and in order. Of definitions and clusters all
 * are looked through, of runs the latest, of owners the first thousand.
 */
export async function suggestions(
  db: Db,
  field: Suggested,
  prefix: string,
  limit: number,
): Promise<string[]> {
  const begins = `${escapeLike(prefix)}%`;
  const { rows } = await db.execute<{ value: string }>(sql`
    SELECT DISTINCT value COLLATE "C" AS value FROM (${sourceOf(field, begins, limit)}) AS found
    WHERE value <> '' AND value LIKE ${begins} ORDER BY 1 LIMIT ${limit}`);
  return rows.map((row) => row.value);
}

function sourceOf(field: Suggested, begins: string, limit: number): SQL {
  switch (field) {
    case 'owner':
      return owners();
    case 'alias':
      return sql`${defined(taskDef.alias, begins, limit)} UNION ALL ${recent(task.alias)}`;
    case 'group':
      return sql`${defined(taskDef.groupName, begins, limit)} UNION ALL ${recent(task.groupName)}`;
    case 'image':
      return sql`${defined(taskDef.image, begins, limit)} UNION ALL ${recent(task.image)}`;
    case 'cluster':
      return sql`SELECT ${clusterState.name} AS value FROM ${clusterState}
        UNION ALL ${recent(task.clusterName)}`;
    case 'tag':
      return sql`SELECT ${tags.text} AS value FROM ${tags}`;
  }
}

function recent(column: PgColumn): SQL {
  return sql`(SELECT value FROM (SELECT ${column} AS value FROM ${task}
    WHERE ${task.queuedAt} IS NOT NULL ORDER BY ${task.queuedAt} DESC LIMIT ${RECENT_RUNS}) AS latest)`;
}

/** The next value each time, by ix_task_def_…_begins: however many definitions have the same. */
function defined(column: PgColumn, begins: string, limit: number): SQL {
  const next = (beyond: SQL): SQL => sql`(SELECT ${column} AS value FROM ${taskDef}
    WHERE ${taskDef.deletedAt} IS NULL AND ${column} LIKE ${begins} AND ${column} <> '' AND ${beyond}
    ORDER BY ${column} USING ~<~ LIMIT 1)`;
  return sql`(WITH RECURSIVE them (value, place) AS (
      SELECT first.value, 1 FROM ${next(sql`true`)} AS first
      UNION ALL
      SELECT next.value, them.place + 1
      FROM them CROSS JOIN LATERAL ${next(sql`${column} ~>~ them.value`)} AS next
      WHERE them.place < ${limit}
    ) SELECT value FROM them)`;
}

/** The same by ix_task_user_queued_at, in the order of the database. */
function owners(): SQL {
  const next = (beyond: SQL): SQL => sql`(SELECT ${task.user} AS value FROM ${task}
    WHERE ${task.user} IS NOT NULL AND ${beyond} ORDER BY ${task.user} LIMIT 1)`;
  return sql`(WITH RECURSIVE them (value, place) AS (
      SELECT first.value, 1 FROM ${next(sql`true`)} AS first
      UNION ALL
      SELECT next.value, them.place + 1
      FROM them CROSS JOIN LATERAL ${next(sql`${task.user} > them.value`)} AS next
      WHERE them.place < ${MAX_OWNERS}
    ) SELECT value FROM them)`;
}
