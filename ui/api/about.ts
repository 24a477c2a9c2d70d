import { useQuery } from '@tanstack/react-query';
import { answerOf, api } from './client.ts';

/** What the server says of itself; it does not change while it runs. */
export function useAbout() {
  return useQuery({
    queryKey: ['about'],
    queryFn: () => answerOf(api.GET('/api/v8/about')),
    staleTime: Infinity,
  });
}
