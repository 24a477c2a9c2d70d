import { answerOf, api } from './client.ts';

export type SuggestedField = 'owner' | 'alias' | 'group' | 'cluster';

/** What a field had before, beginning with a text. @throws ApiError, NoAnswer */
export async function readSuggestions(field: SuggestedField, prefix: string): Promise<string[]> {
  const query = { field, prefix, limit: 10 };
  const { values } = await answerOf(api.GET('/api/v8/suggestions', { params: { query } }));
  return values;
}
