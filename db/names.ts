import { sql, type SQL } from 'drizzle-orm';
import type { Db } from './client.ts';
import { escapeLike } from './filters.ts';

/** A search among names of groups or tags. */
export interface NameSearch {
  /** Text that a name is to contain; empty for all. */
  name: string;
  limit: number;
  offset: number;
}

export interface NamePage {
  names: string[];
  /** How many there are without limit and offset. */
  total: number;
}

/** Groups of definitions, distinct and ascending; the empty group is none. */
export async function groupNames(db: Db, search: NameSearch): Promise<NamePage> {
  return page(
    db,
    sql`SELECT DISTINCT group_name AS name FROM task_def
      WHERE deleted_at IS NULL AND group_name <> ''`,
    search,
  );
}

/** Tags that definitions carry, distinct and ascending; flotilla-os left empty ones behind. */
export async function tagNames(db: Db, search: NameSearch): Promise<NamePage> {
  return page(
    db,
    sql`SELECT DISTINCT t.tag_id AS name FROM task_def_tags t
      JOIN task_def d ON d.definition_id = t.task_def_id AND d.deleted_at IS NULL
      WHERE t.tag_id <> ''`,
    search,
  );
}

async function page(db: Db, names: SQL, search: NameSearch): Promise<NamePage> {
  const pattern = `%${escapeLike(search.name)}%`;
  const { rows } = await db.execute<{ names: string[]; total: number }>(sql`
    WITH found AS MATERIALIZED (SELECT name FROM (${names}) all_names WHERE name LIKE ${pattern})
    SELECT (SELECT count(*)::int FROM found) AS total,
      coalesce((SELECT jsonb_agg(name ORDER BY name) FROM (
        SELECT name FROM found ORDER BY name LIMIT ${search.limit} OFFSET ${search.offset}
      ) paged), '[]') AS names`);
  return rows[0] ?? { names: [], total: 0 };
}
