import { queryOptions } from '@tanstack/react-query';
import { answerOf, api } from './client.ts';

const CLUSTERS_AGE_MS = 5_000;

export const clustersQuery = queryOptions({
  queryKey: ['clusters'],
  queryFn: ({ signal }) => answerOf(api.GET('/api/v8/clusters', { signal })),
  select: ({ clusters }) => clusters,
  refetchInterval: CLUSTERS_AGE_MS,
});

/** Who is asking and what this installation is; both hold as long as the page does. */
export const aboutQuery = queryOptions({
  queryKey: ['about'],
  queryFn: ({ signal }) => answerOf(api.GET('/api/v8/about', { signal })),
  staleTime: Infinity,
});
