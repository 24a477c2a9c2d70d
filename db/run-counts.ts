import { and, eq, inArray, sql, type SQL } from 'drizzle-orm';
import { STATUSES, type Status } from '../domain/lifecycle/status.ts';
import type { Db } from './client.ts';
import { inTime } from './page.ts';
import { NARROW_BY, whereOf, type RunFilter } from './run-list.ts';
import { task } from './schema.ts';

/** Runs are counted up to so many. */
const COUNTED = 1_000;
const OPEN = STATUSES.filter((status) => status !== 'STOPPED');

export interface Count {
  runs: number;
  /** False when there are more. */
  exact: boolean;
}

/**
 * How many runs fit a filter, for each status.
 * @throws FlotillaError `invalid` (a filter), `unavailable` (it took too long)
 */
export async function countByStatus(
  db: Db,
  filter: RunFilter,
): Promise<(Count & { status: Status })[]> {
  const where = whereOf(filter);
  return inTime(NARROW_BY, async () => {
    const { rows } = await db.execute<{ status: Status; runs: number }>(
      sql.join(
        STATUSES.map(
          (status) =>
            sql`SELECT ${status}::text AS status, ${upTo(and(eq(task.status, status), where))} AS runs`,
        ),
        sql` UNION ALL `,
      ),
    );
    return rows.map(({ status, runs }) => ({ status, ...countOf(runs) }));
  });
}

/** The runs of a definition, and those of them that are not over. */
export async function countOfDefinition(db: Db, id: string): Promise<{ runs: Count; open: Count }> {
  const ofIt = eq(task.definitionId, id);
  const { rows } = await db.execute<{ runs: number; open: number }>(
    sql`SELECT ${upTo(ofIt)} AS runs, ${upTo(and(ofIt, inArray(task.status, OPEN)))} AS open`,
  );
  return { runs: countOf(rows[0]?.runs ?? 0), open: countOf(rows[0]?.open ?? 0) };
}

function upTo(where: SQL | undefined): SQL {
  return sql`(SELECT count(*)::int FROM
    (SELECT 1 FROM ${task} WHERE ${where ?? sql`true`} LIMIT ${COUNTED + 1}) AS them)`;
}

function countOf(counted: number): Count {
  return { runs: Math.min(counted, COUNTED), exact: counted <= COUNTED };
}
