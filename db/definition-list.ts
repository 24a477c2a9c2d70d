import { and, sql, type SQL } from 'drizzle-orm';
import type { Definition } from '../domain/definition.ts';
import { definitionFields } from './definitions.ts';
import { envCondition, filterColumns, filterConditions, type FilterRules } from './filters.ts';
import {
  countOf,
  inOrder,
  inTime,
  pageOf,
  totalOf,
  valueOf,
  type Position,
  type Slice,
  type Total,
} from './page.ts';
import { taskDef } from './schema.ts';
import type { Db } from './client.ts';

/** Columns by which definitions may be sorted, by their names on the wire. */
export const DEFINITION_SORTS = {
  alias: taskDef.alias,
  image: taskDef.image,
  group_name: taskDef.groupName,
  memory: taskDef.memory,
} as const;
export type DefinitionSort = keyof typeof DEFINITION_SORTS;

const RULES: FilterRules = {
  columns: filterColumns(taskDef),
  substring: new Set(['image', 'alias', 'group_name', 'command', 'text']),
};

export interface DefinitionFilter {
  filters: ReadonlyMap<string, readonly string[]>;
  env: ReadonlyMap<string, string>;
  /** A filter's single value is the whole text, in every column. */
  exact?: boolean;
}

interface SortedDefinitions extends DefinitionFilter {
  sortBy: DefinitionSort;
  order: 'asc' | 'desc';
  limit: number;
}

export interface DefinitionListQuery extends SortedDefinitions {
  offset: number;
}

export interface DefinitionsAfterQuery extends SortedDefinitions {
  /** `next` of the page before, of a query that differs in nothing else; null for the first page. */
  after: Position | null;
}

export interface DefinitionPage extends Total {
  definitions: Definition[];
  /** What to ask for after this page; null at the end. */
  next: Position | null;
}

/**
 * One page of definitions and how many there are in all. Rows without the sorted value come last;
 * the definition id, in the same direction, decides among equals.
 * @throws FlotillaError `invalid` (a filter), `unavailable` (it took too long)
 */
export async function listDefinitions(db: Db, query: DefinitionListQuery): Promise<DefinitionPage> {
  return readDefinitions(db, query, query);
}

/** The same, from a position on. */
export async function listDefinitionsAfter(
  db: Db,
  query: DefinitionsAfterQuery,
): Promise<DefinitionPage> {
  return readDefinitions(db, query, query);
}

async function readDefinitions(
  db: Db,
  query: SortedDefinitions,
  slice: Slice,
): Promise<DefinitionPage> {
  const where = whereOf(query);
  const listed = {
    table: taskDef,
    id: taskDef.definitionId,
    sort: DEFINITION_SORTS[query.sortBy],
  };
  return inTime('alias, group_name or image', async () => {
    const rows = await db
      .select({
        counted: sql<number>`counted.rows`,
        value: valueOf(listed),
        id: sql<string | null>`page.id`,
        definition: definitionFields,
      })
      .from(countOf(listed, where, slice))
      .leftJoin(pageOf(listed, where, slice), sql`true`)
      .leftJoin(taskDef, sql`${taskDef.definitionId} = page.id`)
      .orderBy(inOrder(slice.order));
    const found = rows.filter(({ id }) => id !== null);
    const sizes = { counted: rows[0]?.counted ?? 0, found: found.length };
    const total = await totalOf(db, listed, where, slice, sizes);
    const page = found.slice(0, slice.limit);
    const last = found.length > slice.limit ? page.at(-1) : undefined;
    return {
      ...total,
      definitions: page.map(({ definition }) => definition as Definition),
      next: last === undefined ? null : { value: last.value, id: last.id ?? '' },
    };
  });
}

function whereOf(query: DefinitionFilter): SQL | undefined {
  return and(
    envCondition(taskDef.env, query.env),
    ...filterConditions(RULES, query.filters, query.exact),
  );
}
