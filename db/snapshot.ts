import { sql } from 'drizzle-orm';
import type { Db } from './client.ts';

/** Which transactions a statement saw the work of, as Postgres writes it (`pg_snapshot`). */
export interface Snapshot {
  text: string;
  /** All transactions below this were over. */
  xmin: number;
  /** None from here on was seen. */
  xmax: number;
  /** Those between that were under way. */
  active: ReadonlySet<number>;
}

const FORM = /^(\d{1,15}):(\d{1,15}):((?:\d{1,15}(?:,\d{1,15}){0,9999})?)$/;

/** A snapshot from its text, or null for text that is none. */
export function snapshotOf(text: string): Snapshot | null {
  const [, xmin, xmax, list = ''] = FORM.exec(text) ?? [];
  if (xmin === undefined || xmax === undefined) return null;
  const active = new Set(list === '' ? [] : list.split(',').map(Number));
  const snapshot = { text, xmin: Number(xmin), xmax: Number(xmax), active };
  const within = [...active].every((id) => id >= snapshot.xmin && id < snapshot.xmax);
  return within && snapshot.xmin > 0 && snapshot.xmin <= snapshot.xmax ? snapshot : null;
}

/** True when what a transaction did was there to be seen. */
export function sees(snapshot: Snapshot, transaction: number): boolean {
  if (transaction < snapshot.xmin) return true;
  return transaction < snapshot.xmax && !snapshot.active.has(transaction);
}

/** True when `one` was taken after `other`, or they saw the same. Both are of one database. */
export function isNoEarlier(one: Snapshot, other: Snapshot): boolean {
  if (one.xmax !== other.xmax) return one.xmax > other.xmax;
  // With nothing new begun, transactions can only have ended.
  return one.active.size <= other.active.size;
}

/** The present. */
export async function currentSnapshot(db: Db): Promise<Snapshot> {
  const { rows } = await db.execute<{ text: string }>(
    sql`SELECT pg_current_snapshot()::text AS text`,
  );
  return requireSnapshot(rows[0]?.text);
}

/** What the database itself has written. */
export function requireSnapshot(text: string | undefined): Snapshot {
  const snapshot = snapshotOf(text ?? '');
  if (snapshot === null) throw new Error(`Postgres gave ${text} as a snapshot`);
  return snapshot;
}
