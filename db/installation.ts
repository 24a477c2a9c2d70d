import { eq } from 'drizzle-orm';
import { installation } from './schema.ts';
import type { Db } from './client.ts';

/** Records a fact unless it is recorded; returns what is on record. */
export async function recordOnce(db: Db, key: string, value: string): Promise<string> {
  await db.insert(installation).values({ key, value }).onConflictDoNothing();
  const [row] = await db.select().from(installation).where(eq(installation.key, key));
  return row?.value ?? value;
}
