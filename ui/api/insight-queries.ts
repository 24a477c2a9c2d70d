import { queryOptions } from '@tanstack/react-query';
import type { Schemas } from '../../client/client.ts';
import { answerOf, api } from './client.ts';

export type Overview = Schemas['Overview'];

const OVERVIEW_AGE_MS = 5_000;

/** What goes on. @param hours how far back the runs that are over are counted */
export function overviewQuery(hours: number) {
  return queryOptions({
    queryKey: ['overview', hours],
    queryFn: ({ signal }) =>
      answerOf(api.GET('/api/v8/overview', { params: { query: { hours } }, signal })),
    refetchInterval: OVERVIEW_AGE_MS,
  });
}

export type SuggestedField = 'owner' | 'alias' | 'group' | 'cluster' | 'image' | 'tag';

/** What is in use already and begins with a text. */
export function suggestionsQuery(field: SuggestedField, prefix: string) {
  const query = { field, prefix };
  return queryOptions({
    queryKey: ['suggested', field, prefix],
    staleTime: 60_000,
    queryFn: ({ signal }) =>
      answerOf(api.GET('/api/v8/suggestions', { params: { query }, signal })),
    select: ({ values }) => values,
  });
}

/** How many runs of a definition there are, and how many of them are not over. */
export function runsCountQuery(id: string) {
  return queryOptions({
    queryKey: ['definition', id, 'runs-count'],
    staleTime: 0,
    queryFn: ({ signal }) =>
      answerOf(
        api.GET('/api/v8/definitions/{definition_id}/runs-count', {
          params: { path: { definition_id: id } },
          signal,
        }),
      ),
  });
}
