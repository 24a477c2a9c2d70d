import type { Caller } from '../domain/caller.ts';
import { suggestions, type Suggested } from '../db/suggestions.ts';
import type { Services } from './context.ts';

/** Values that are in use and begin so, for who types a filter. */
export async function suggest(
  services: Services,
  _caller: Caller,
  field: Suggested,
  query: { prefix: string; limit: number },
): Promise<string[]> {
  return suggestions(services.db, field, query.prefix, query.limit);
}
