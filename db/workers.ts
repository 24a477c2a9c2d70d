import { and, eq } from 'drizzle-orm';
import { worker } from './schema.ts';
import { transact, type Db } from './client.ts';

const ENGINE = 'eks';

/** Counts by worker type; flotilla-os adds rows at each start, all of which it keeps alike. */
export async function readWorkerCounts(db: Db): Promise<Map<string, number>> {
  const rows = await db.select().from(worker).where(eq(worker.engine, ENGINE));
  return new Map(rows.map((row) => [row.workerType ?? '', row.countPerInstance ?? 0]));
}

export async function writeWorkerCounts(
  db: Db,
  counts: ReadonlyMap<string, number>,
): Promise<void> {
  await transact(db, async (tx) => {
    for (const [workerType, countPerInstance] of counts) {
      const which = and(eq(worker.workerType, workerType), eq(worker.engine, ENGINE));
      const changed = await tx.update(worker).set({ countPerInstance }).where(which).returning();
      if (changed.length > 0) continue;
      await tx.insert(worker).values({ workerType, engine: ENGINE, countPerInstance });
    }
  });
}
