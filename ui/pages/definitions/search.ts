import type { DefinitionFilter } from '../../api/definition-queries.ts';

/** What the address of the list says: the filter as the API has it, and the page. */
export interface DefinitionsSearch extends DefinitionFilter {
  cursor?: string;
}

const KEYS = ['alias_contains', 'group_name', 'image_contains', 'cursor'] as const;

/** The router reads `123` in an address as a number; here everything is text. */
export function definitionsSearch(raw: Record<string, unknown>): DefinitionsSearch {
  const search: DefinitionsSearch = {};
  for (const key of KEYS) {
    const value = raw[key];
    if (typeof value === 'string' && value !== '') search[key] = value;
    else if (typeof value === 'number' || typeof value === 'boolean') search[key] = String(value);
  }
  return search;
}
