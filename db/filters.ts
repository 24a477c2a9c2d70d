import { and, eq, getTableColumns, gt, inArray, like, lt, sql, type SQL } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import { invalid } from '../domain/errors.ts';
import { instantOf } from '../domain/instant.ts';

const INT_MIN = -2_147_483_648;
const INT_MAX = 2_147_483_647;

/** Columns by their name in the database, those left out that hold documents or lists. */
export function filterColumns(table: PgTable): ReadonlyMap<string, PgColumn> {
  const columns = Object.values(getTableColumns(table));
  return new Map(
    columns
      .filter((column) => column.dataType !== 'json' && column.dataType !== 'array')
      .map((column) => [column.name, column]),
  );
}

export interface FilterRules {
  columns: ReadonlyMap<string, PgColumn>;
  /** Columns whose single value is looked for anywhere in the text, unless the query is exact. */
  substring: ReadonlySet<string>;
}

/**
 * Conditions for a list's filters: one value is compared, several are alternatives, and the suffixes
 * `_since` and `_until` mean later and earlier, `_contains` anywhere in the text. Names and values
 * never become SQL text.
 * @throws FlotillaError `invalid` naming the filter
 */
export function filterConditions(
  rules: FilterRules,
  filters: ReadonlyMap<string, readonly string[]>,
  exact = false,
): SQL[] {
  return [...filters].flatMap(([key, values]) => {
    const condition = conditionFor(rules, key, values, exact);
    return condition === undefined ? [] : [condition];
  });
}

function conditionFor(
  rules: FilterRules,
  key: string,
  values: readonly string[],
  exact: boolean,
): SQL | undefined {
  const column = rules.columns.get(key);
  if (column === undefined) return suffixed(rules, key, values);
  const [only, ...others] = values;
  if (only === undefined) return undefined;
  if (others.length > 0) {
    return inArray(
      column,
      values.map((value) => valueFor(column, key, value)),
    );
  }
  if (!exact && rules.substring.has(key)) return contains(column, only);
  return eq(column, valueFor(column, key, only));
}

function suffixed(rules: FilterRules, key: string, values: readonly string[]): SQL | undefined {
  const [, name = '', suffix] = /^(.*)_(since|until|contains)$/.exec(key) ?? [];
  const column = rules.columns.get(name);
  if (column === undefined) throw invalid(key, 'unknown filter');
  if (suffix === 'contains') {
    if (column.dataType !== 'string') throw invalid(key, `${name} is not a text`);
    return and(...values.map((value) => contains(column, value)));
  }
  const compare = suffix === 'since' ? gt : lt;
  return and(...values.map((value) => compare(column, valueFor(column, key, value))));
}

function contains(column: PgColumn, text: string): SQL {
  return like(column, `%${escapeLike(text)}%`);
}

/** `%`, `_` and `\` mean themselves. */
export function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}

function valueFor(column: PgColumn, key: string, text: string): unknown {
  switch (column.dataType) {
    case 'number': {
      const value = Number(text);
      if (!/^-?\d+$/.test(text) || value < INT_MIN || value > INT_MAX) {
        throw invalid(key, `${text} is not a whole number within 32 bits`);
      }
      return value;
    }
    case 'boolean':
      if (text !== 'true' && text !== 'false') throw invalid(key, `${text} is not true or false`);
      return text === 'true';
    case 'date': {
      const value = instantOf(text);
      if (value === null) throw invalid(key, `${text} is not a time (RFC 3339)`);
      return value;
    }
    default:
      return text;
  }
}

/** Names and values; null is any value. */
export type Variables = Iterable<readonly [name: string, value: string | null]>;

/** Environment filters: every pair must be among the variables. */
export function envCondition(column: PgColumn, env: Variables): SQL | undefined {
  const pairs = [...env].map(([name, value]) => (value === null ? { name } : { name, value }));
  if (pairs.length === 0) return undefined;
  const wanted = JSON.stringify(pairs);
  return sql`${column} @> ${wanted}::jsonb`;
}
