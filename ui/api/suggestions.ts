import { fetchWithToken } from './client.ts';

export type SuggestedField = 'owner' | 'alias' | 'group' | 'cluster';

/** What a field had before, beginning with a text; nothing where the server cannot say. */
export async function readSuggestions(field: SuggestedField, prefix: string): Promise<string[]> {
  const query = new URLSearchParams({ field, prefix, limit: '10' });
  const url = new URL(`/api/v8/suggestions?${query.toString()}`, location.origin);
  const response = await fetchWithToken(new Request(url));
  if (!response.ok) return [];
  return ((await response.json()) as { values: string[] }).values;
}
