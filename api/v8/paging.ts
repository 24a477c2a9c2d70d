import { z } from '@hono/zod-openapi';
import { invalid } from '../../domain/errors.ts';
import { queryNumber, text } from './kit.ts';

const MAX_LIMIT = 1_000;
const DEFAULT_LIMIT = 50;

/** The parameters of a list that is read page by page. */
export const pageQuery = {
  limit: queryNumber(1, MAX_LIMIT)
    .default(DEFAULT_LIMIT)
    .openapi({ description: 'rows of a page' }),
  cursor: text.optional().openapi({ description: '`next_cursor` of the page before; opaque' }),
};

/** What every page says beside its rows. */
export const pageFields = {
  next_cursor: z
    .string()
    .nullable()
    .openapi({ description: 'the `cursor` of the next page; null after the last row' }),
  total: z
    .object({
      value: z.int(),
      exact: z.boolean().openapi({ description: 'false when `value` is an estimate' }),
    })
    .openapi('Total', { description: 'rows on all pages' }),
};

/** A row's place in its list: the value by which the list is sorted, and the id. */
interface Position {
  value: string | null;
  id: string;
}

const position = z.tuple([text.nullable(), text]);

/**
 * The position that a cursor names, or null for the first page.
 * @throws FlotillaError `invalid` for text that is no cursor
 */
export function positionOf(cursor: string | undefined): Position | null {
  if (cursor === undefined) return null;
  const parsed = position.safeParse(plainOf(cursor));
  if (!parsed.success) throw invalid('cursor', 'is not a cursor of this list');
  const [value, id] = parsed.data;
  return { value, id };
}

function plainOf(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return undefined;
  }
}

export interface Page {
  next: Position | null;
  total: number;
  totalIsExact: boolean;
}

/** A page as v8 has it, without its rows. */
export function restOf({ next, total, totalIsExact }: Page) {
  const cursor = next === null ? null : JSON.stringify([next.value, next.id]);
  return {
    next_cursor: cursor === null ? null : Buffer.from(cursor).toString('base64url'),
    total: { value: total, exact: totalIsExact },
  };
}

export type Filters = ReadonlyMap<string, readonly string[]>;

/** The filters that were given. */
export function filtersOf(fields: Record<string, string | readonly string[] | undefined>): Filters {
  const filters = new Map<string, readonly string[]>();
  for (const [key, value] of Object.entries(fields)) {
    if (value !== undefined) filters.set(key, typeof value === 'string' ? [value] : value);
  }
  return filters;
}
