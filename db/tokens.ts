import { and, asc, eq, isNull, or, sql } from 'drizzle-orm';
import { apiToken } from './schema.ts';
import type { Db } from './client.ts';

export type TokenRow = typeof apiToken.$inferSelect;
export type NewToken = typeof apiToken.$inferInsert;

export async function insertToken(db: Db, token: NewToken): Promise<TokenRow> {
  const [row] = await db.insert(apiToken).values(token).returning();
  if (row === undefined) throw new Error('an insert returned nothing');
  return row;
}

/** Every token, also revoked and expired ones, the oldest first. */
export async function listTokens(db: Db): Promise<TokenRow[]> {
  return db.select().from(apiToken).orderBy(asc(apiToken.createdAt), asc(apiToken.id));
}

export async function findTokenByHash(db: Db, hash: string): Promise<TokenRow | null> {
  const [row] = await db.select().from(apiToken).where(eq(apiToken.hash, hash));
  return row ?? null;
}

/** Revokes the token of an id or name; one that is revoked keeps its time. Null when there is none. */
export async function markRevoked(db: Db, idOrName: string): Promise<TokenRow | null> {
  const [row] = await db
    .update(apiToken)
    .set({ revokedAt: sql`coalesce(${apiToken.revokedAt}, clock_timestamp())` })
    .where(or(eq(apiToken.id, idOrName), eq(apiToken.name, idOrName)))
    .returning();
  return row ?? null;
}

/** Notes that a token was used, unless that was noted within the last minute. */
export async function noteUse(db: Db, id: string): Promise<void> {
  const stale = sql`${apiToken.lastUsedAt} < clock_timestamp() - interval '1 minute'`;
  await db
    .update(apiToken)
    .set({ lastUsedAt: sql`clock_timestamp()` })
    .where(and(eq(apiToken.id, id), or(isNull(apiToken.lastUsedAt), stale)));
}
