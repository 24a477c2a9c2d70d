import { and, isNotNull, isNull, sql, type SQL } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import { FlotillaError, invalid } from '../domain/errors.ts';
import { instantOf } from '../domain/instant.ts';
import { STATEMENT_TIMEOUT_MS, type Db } from './client.ts';
import { sqlState } from './errors.ts';

/**
 * Up to so many rows are counted; beyond, the planner's estimate is given. Whoever pages by offset may
 * go by the total, and gets an exact one for longer.
 */
const COUNTED_BY_OFFSET = 10_000;
const COUNTED_BY_POSITION = 1_000;
const QUERY_CANCELED = '57014';

/** A list: its table, the column that tells rows apart, and the one it is sorted by. */
export interface Listed {
  table: PgTable;
  id: PgColumn;
  sort: PgColumn;
}

/** A row's place in a sorted list; what follows it does not shift when rows come and go. */
export interface Position {
  /** The sorted column as text, times in UTC with microseconds; null for a row without a value. */
  value: string | null;
  /** Decides among rows of one value. */
  id: string;
}

/** What part of a list is wanted: from an offset, or after a position, null for the first. */
export type Slice = { order: 'asc' | 'desc'; limit: number } & (
  { offset: number } | { after: Position | null }
);

/** How long a list is in all. An estimate is never below what is known to be there. */
export interface Total {
  total: number;
  totalIsExact: boolean;
}

/**
 * The ids of a page, one row more than asked for, as a relation `page (id, part, key)`. Rows without
 * a value come last in both directions: they are a part of their own, so that one plain index serves
 * both directions and every position.
 */
export function pageOf(listed: Listed, where: SQL | undefined, slice: Slice): SQL {
  const { order, limit } = slice;
  const { offset, after } = startOf(slice);
  const upTo = offset + limit + 1;
  const parts: SQL[] = [];
  if (after === null || after.value !== null) {
    parts.push(partOf(listed, order, upTo, and(where, valued(listed), beyond(listed, slice))));
  }
  if (listed.sort !== listed.id) {
    const beyondId = after?.value === null ? beyond(listed, slice) : undefined;
    parts.push(partOf(listed, order, upTo, and(where, isNull(listed.sort), beyondId)));
  }
  return sql`(SELECT id, part, key FROM (${sql.join(parts, sql` UNION ALL `)}) AS found
    ORDER BY ${inOrder(order)} LIMIT ${limit + 1} OFFSET ${offset}) AS page`;
}

/** The order of `page`, for the statement around it. */
export function inOrder(order: Slice['order']): SQL {
  return order === 'asc' ? sql`part, key, id` : sql`part, key DESC, id DESC`;
}

function partOf(listed: Listed, order: Slice['order'], upTo: number, where?: SQL): SQL {
  const { table, id, sort } = listed;
  const by = order === 'asc' ? sql`${sort}, ${id}` : sql`${sort} DESC, ${id} DESC`;
  return sql`(SELECT ${id} AS id, ${sort} IS NULL AS part, ${sort} AS key
    FROM ${table} WHERE ${where ?? sql`true`} ORDER BY ${by} LIMIT ${upTo})`;
}

function valued({ id, sort }: Listed): SQL | undefined {
  return sort === id ? undefined : isNotNull(sort);
}

function startOf(slice: Slice): { offset: number; after: Position | null } {
  return 'offset' in slice ? { offset: slice.offset, after: null } : { offset: 0, ...slice };
}

function countedUpTo(slice: Slice): number {
  return 'offset' in slice ? COUNTED_BY_OFFSET : COUNTED_BY_POSITION;
}

function beyond({ id, sort }: Listed, slice: Slice): SQL | undefined {
  const { order } = slice;
  const { after } = startOf(slice);
  if (after === null) return undefined;
  const than = order === 'asc' ? sql`>` : sql`<`;
  if (after.value === null || sort === id) return sql`${id} ${than} ${after.id}`;
  const type = sql.raw(sort.getSQLType());
  const value = checkedValue(sort, after.value);
  return sql`(${sort}, ${id}) ${than} (${value}::${type}, ${after.id})`;
}

/** @throws FlotillaError `invalid` for a value that the column cannot have */
function checkedValue(sort: PgColumn, value: string): string {
  const fits =
    (sort.dataType !== 'date' || isMicroseconds(value)) &&
    (sort.dataType !== 'number' || /^-?\d{1,9}$/.test(value)) &&
    !value.includes('\0');
  if (!fits) throw invalid('cursor', 'is not the cursor of a list in this order');
  return value;
}

/** True for a time as `valueOf` writes it, of a day that there is. */
function isMicroseconds(value: string): boolean {
  const [, seconds = ''] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.\d{6}Z$/.exec(value) ?? [];
  return instantOf(`${seconds}Z`)?.toISOString().startsWith(seconds) === true;
}

/** The sorted column of a `page` row as a position has it. */
export function valueOf({ sort }: Listed): SQL<string | null> {
  if (sort.dataType !== 'date') return sql`page.key::text`;
  return sql`to_char(page.key AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
}

/** How many rows there are, up to one more than are counted, as a relation `counted (rows)`. */
export function countOf({ table }: Listed, where: SQL | undefined, slice: Slice): SQL {
  return sql`(SELECT count(*)::int AS rows FROM
    (SELECT 1 FROM ${table} WHERE ${where ?? sql`true`} LIMIT ${countedUpTo(slice) + 1}) AS them)
    AS counted`;
}

/**
 * @param counted rows of `countOf`
 * @param found rows of `pageOf`
 */
export async function totalOf(
  db: Db,
  listed: Listed,
  where: SQL | undefined,
  slice: Slice,
  { counted, found }: { counted: number; found: number },
): Promise<Total> {
  if (counted <= countedUpTo(slice)) return { total: counted, totalIsExact: true };
  const estimate = await estimateOf(db, listed, where);
  const { offset, after } = startOf(slice);
  if (after !== null) return { total: Math.max(estimate, counted), totalIsExact: false };
  const more = found > slice.limit;
  if (!more && found > 0) return { total: offset + found, totalIsExact: true };
  const atLeast = more ? Math.max(counted, offset + slice.limit + 1) : counted;
  // Behind the end: the list is no longer than where the caller looked.
  const atMost = more ? Infinity : offset;
  return { total: Math.max(Math.min(estimate, atMost), atLeast), totalIsExact: false };
}

async function estimateOf(db: Db, { table }: Listed, where: SQL | undefined): Promise<number> {
  const { rows } = await db.execute<{ 'QUERY PLAN': [{ Plan: { 'Plan Rows': number } }] }>(
    sql`EXPLAIN (FORMAT JSON) SELECT 1 FROM ${table} WHERE ${where ?? sql`true`}`,
  );
  return rows[0]?.['QUERY PLAN'][0].Plan['Plan Rows'] ?? 0;
}

/**
 * Filters are accepted on columns without an index too; the database gives such a list up in time.
 * @throws FlotillaError `unavailable` saying what helps
 */
export async function inTime<T>(narrowBy: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (sqlState(error) !== QUERY_CANCELED) throw error;
    throw new FlotillaError(
      'unavailable',
      `the list took longer than ${STATEMENT_TIMEOUT_MS / 1000} s; narrow it by ${narrowBy}`,
      { cause: error },
    );
  }
}
