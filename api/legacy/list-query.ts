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
 * @param sorts what the list may be sorted by, the default first
 * @throws FlotillaError `invalid` naming the parameter
 */
export function parseListQuery<Sort extends string>(
  params: URLSearchParams,
  sorts: readonly [Sort, ...Sort[]],
): ListQuery<Sort> {
  const filters = new Map<string, string[]>();
  const env = new Map<string, string>();
  for (const [key, value] of params) {
    if (value.includes('\0') || key.includes('\0'))
      throw invalid(key, 'must not contain a null byte');
    if (key === 'env') addEnv(env, value);
    else if (!OWN.has(key)) filters.set(key, [...(filters.get(key) ?? []), value]);
  }
  return {
    limit: limitOf(params),
    offset: count(params, 'offset', 0),
    sortBy: sortOf(params.get('sort_by'), sorts),
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
  if (!/^\d+$/.test(text) || value > MAX_OFFSET)
    throw invalid(key, `${text} is not a whole number`);
  return value;
}

function sortOf<Sort extends string>(text: string | null, sorts: readonly [Sort, ...Sort[]]): Sort {
  if (text === null || text === '') return sorts[0];
  const found = sorts.find((sort) => sort === text);
  if (found === undefined) {
    throw new FlotillaError(
      'invalid',
      `Invalid field to order by [${text}], must be one of [${sorts.join(', ')}]`,
    );
  }
  return found;
}

function orderOf(text: string | null): 'asc' | 'desc' {
  if (text === null || text === '') return 'asc';
  if (text !== 'asc' && text !== 'desc') {
    throw new FlotillaError('invalid', `Invalid order string, must be [asc, desc], was ${text}`);
  }
  return text;
}
