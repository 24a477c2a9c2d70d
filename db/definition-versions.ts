import { and, desc, eq } from 'drizzle-orm';
import { definitionVersion } from './schema.ts';
import type { Db } from './client.ts';

const MAX_VERSIONS = 1_000;

export type VersionRow = typeof definitionVersion.$inferSelect;
export type VersionHead = Pick<VersionRow, 'version' | 'author' | 'createdAt'>;

/** Who changed a definition and when, the latest first. */
export async function versionsOf(db: Db, definitionId: string): Promise<VersionHead[]> {
  return db
    .select({
      version: definitionVersion.version,
      author: definitionVersion.author,
      createdAt: definitionVersion.createdAt,
    })
    .from(definitionVersion)
    .where(eq(definitionVersion.definitionId, definitionId))
    .orderBy(desc(definitionVersion.version))
    .limit(MAX_VERSIONS);
}

export async function findVersion(
  db: Db,
  definitionId: string,
  version: number,
): Promise<VersionRow | null> {
  const [row] = await db
    .select()
    .from(definitionVersion)
    .where(
      and(eq(definitionVersion.definitionId, definitionId), eq(definitionVersion.version, version)),
    );
  return row ?? null;
}
