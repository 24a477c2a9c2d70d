import { queryOptions } from '@tanstack/react-query';
import { answerOf, api } from './client.ts';

const AGE_MS = 5_000;

/** Every cluster, with what is on it. */
export const clustersQuery = queryOptions({
  queryKey: ['clusters'],
  queryFn: ({ signal }) => answerOf(api.GET('/api/v8/clusters', { signal })),
  select: ({ clusters }) => clusters,
  refetchInterval: AGE_MS,
});
