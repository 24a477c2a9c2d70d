import { useQuery } from '@tanstack/react-query';
import { answerOf, api } from '../api/client.ts';

/**
 * The run that a launch form begins with; a form begins with what there is at that moment, and must not change
 * under somebody's hands.
 * @param said what an address has as `from`
 */
export function useLaunchFrom(said: unknown) {
  const from = typeof said === 'string' ? said : null;
  const run = useQuery({
    queryKey: ['launch-from', from],
    queryFn: ({ signal }) =>
      answerOf(
        api.GET('/api/v8/runs/{run_id}', { params: { path: { run_id: from ?? '' } }, signal }),
      ),
    enabled: from !== null,
    staleTime: Infinity,
  });
  return { from, run: run.data, error: run.error, isPending: from !== null && run.isPending };
}
