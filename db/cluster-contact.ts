import { inArray, sql } from 'drizzle-orm';
import { storable } from '../domain/storable.ts';
import { clusterContact } from './schema.ts';
import type { Db, Tx } from './client.ts';

/** Seconds between two records of the same good news. */
const REACHED_EVERY = 60;
/** Seconds between two records of trouble. */
const TROUBLE_EVERY = 2;
const MAX_ERROR_LENGTH = 500;
const MAX_VERSION_LENGTH = 100;

/** When a cluster last answered a worker, and what it last failed with. */
export type Contact = Omit<typeof clusterContact.$inferSelect, 'name'>;

export const NO_CONTACT: Contact = {
  version: null,
  reachedAt: null,
  lastError: null,
  lastErrorAt: null,
};

/** A cluster answered: told at most once a minute, unless it is of another version or was away. */
export async function recordReached(db: Db, name: string, version: string): Promise<void> {
  await db.execute(sql`
    INSERT INTO cluster_contact AS c (name, version, reached_at)
    VALUES (${name}, ${storable(version, MAX_VERSION_LENGTH)}, clock_timestamp())
    ON CONFLICT (name) DO UPDATE SET version = excluded.version, reached_at = excluded.reached_at
      WHERE c.version IS DISTINCT FROM excluded.version OR c.reached_at IS NULL
        OR c.reached_at < now() - make_interval(secs => ${REACHED_EVERY})
        OR c.last_error_at > c.reached_at`);
}

/** A cluster did not answer, or cannot be opened; of several at the same time one is kept. */
export async function recordTrouble(db: Db, name: string, text: string): Promise<void> {
  await db.execute(sql`
    INSERT INTO cluster_contact AS c (name, last_error, last_error_at)
    VALUES (${name}, ${storable(text, MAX_ERROR_LENGTH)}, clock_timestamp())
    ON CONFLICT (name) DO UPDATE
      SET last_error = excluded.last_error, last_error_at = excluded.last_error_at
      WHERE c.last_error_at IS NULL
        OR c.last_error_at < now() - make_interval(secs => ${TROUBLE_EVERY})`);
}

/** Contacts of clusters by name; those that no worker tried are not among them. */
export async function contactsOf(
  tx: Tx,
  names: readonly string[],
): Promise<ReadonlyMap<string, Contact>> {
  if (names.length === 0) return new Map();
  const rows = await tx
    .select()
    .from(clusterContact)
    .where(inArray(clusterContact.name, [...names]));
  return new Map(rows.map(({ name, ...contact }) => [name, contact]));
}
