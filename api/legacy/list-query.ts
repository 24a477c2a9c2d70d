import { FlotillaError, invalid } from '../../domain/errors.ts';

const DEFAULT_LIMIT = 1024;
/**
 * Rows that one list may ask for. flotilla-os had no bound; ten times its default is some tens of
 * megabytes of JSON, which a server can hold while several ask at once. More is asked in pages.
 */
const MAX_LIMIT = 10_000;
const MAX_OFFSET = 2_147_483_647;

/** The query of a v1 to v7 list. Every parameter that is not one of its own is a filter. */
export interface ListQuery<Sort extends string> {
  limit: number;
  offset: number;
  sortBy: Sort;
  order: 'asc' | 'desc';
  filters: Map<string, string[]>;
  env: Map<string, string>;
}

/**
 * @param sorts what the list may be sorted by
 * @throws FlotillaError `invalid` naming the parameter
 */
export function parseListQuery<Sort extends string>(
  params: URLSearchParams,
  sorts: readonly Sort[],
  sortDefault: NoInfer<Sort>,
): ListQuery<Sort> {
  const filters = new Map<string, string[]>();
  const env = new Map<string, string>();
  for (const [key, value] of params) {
    if (`${key}${value}`.includes('\0')) throw invalid(key, 'must not contain a null byte');
    if (key === 'env') addEnv(env, value);
    else if (!OWN.has(key)) filters.set(key, [...(filters.get(key) ?? []), value]);
  }
  return {
    limit: limitOf(params),
    offset: count(params, 'offset', 0),
    sortBy: sortOf(params.get('sort_by'), sorts) ?? sortDefault,
    order: orderOf(params.get('order')),
    filters,
    env,
  };
}

const OWN = new Set(['limit', 'offset', 'sort_by', 'order', 'env']);

/** `NAME|VALUE`; anything else is dropped, and the last of a name wins, as in flotilla-os. */
function addEnv(env: Map<string, string>, item: string): void {
  const parts = item.split('|');
  const [name, value] = parts;
  if (parts.length === 2 && name !== undefined && value !== undefined) env.set(name, value);
}

function limitOf(params: URLSearchParams): number {
  const limit = count(params, 'limit', DEFAULT_LIMIT);
  if (limit > MAX_LIMIT) {
    throw invalid('limit', `${limit} is more than ${MAX_LIMIT}; ask for the rest with offset`);
  }
  return limit;
}

function count(params: URLSearchParams, key: string, fallback: number): number {
  const text = params.get(key);
  if (text === null || text === '') return fallback;
  const value = Number(text);
  if (!/^\+?\d+$/.test(text) || value > MAX_OFFSET) {
    throw invalid(key, `${text} is not a whole number from 0 to ${MAX_OFFSET}`);
  }
  return value;
}

function sortOf<Sort extends string>(text: string | null, sorts: readonly Sort[]): Sort | null {
  if (text === null || text === '') return null;
  const found = sorts.find((sort) => sort === text);
  if (found !== undefined) return found;
  throw new FlotillaError(
    'invalid',
    `Invalid field to order by [${text}], must be one of [${sorts.join(', ')}]`,
  );
}

function orderOf(text: string | null): 'asc' | 'desc' {
  if (text === null || text === '') return 'asc';
  if (text !== 'asc' && text !== 'desc') {
    throw new FlotillaError(
      'invalid',
      `Invalid order string, must be one of ('asc', 'desc'), was ${text}`,
    );
  }
  return text;
}

/** A list in the envelope of flotilla-os, which echoes the query. */
export function listJson(
  query: ListQuery<string>,
  key: string,
  rows: readonly unknown[],
  total: number,
): Record<string, unknown> {
  return {
    ...Object.fromEntries(query.filters),
    [key]: rows,
    env_filters: Object.fromEntries(query.env),
    limit: query.limit,
    offset: query.offset,
    order: query.order,
    sort_by: query.sortBy,
    total,
  };
}

/**
 * A parameter that is true or false; absent is false.
 * @throws FlotillaError `invalid` naming the parameter
 */
export function flag(params: URLSearchParams, key: string): boolean {
  const text = params.get(key) ?? 'false';
  if (text !== 'true' && text !== 'false') throw invalid(key, `${text} is not true or false`);
  return text === 'true';
}

/** The query of a list of names: groups and tags. */
export interface NameQuery {
  /** Text that a name is to contain. */
  name: string;
  limit: number;
  offset: number;
}

/** @throws FlotillaError `invalid` naming the parameter */
export function parseNameQuery(params: URLSearchParams): NameQuery {
  const name = params.get('name') ?? '';
  if (name.includes('\0')) throw invalid('name', 'must not contain a null byte');
  return {
    name,
    limit: count(params, 'limit', DEFAULT_LIMIT),
    offset: count(params, 'offset', 0),
  };
}
