import { queryOptions } from '@tanstack/react-query';
import type { Schemas } from '../../client/client.ts';
import { errorOf, fetchWithToken } from './client.ts';

export interface Overview {
  hours: { at: string; succeeded: number; failed: number; stopped_by_hand: number }[];
  /** False when so many runs have ended that the earliest are missing. */
  exact: boolean;
  open: { status: NonNullable<Schemas['RunSummary']['status']>; runs: number }[];
  queue: { cluster: string; waiting: number; limit: number | null; running: number }[];
  longest_waiting: Schemas['RunSummary'][];
  failing_definitions: {
    definition_id: string;
    alias: string | null;
    failed: number;
    runs: number;
    last_failed_run_id: string | null;
  }[];
}

async function read<T>(path: string, signal: AbortSignal): Promise<T> {
  const response = await fetchWithToken(new Request(new URL(path, location.origin), { signal }));
  const body: unknown = await response.json().catch(() => null);
  if (!response.ok) throw errorOf(response.status, body);
  return body as T;
}

const OVERVIEW_AGE_MS = 5_000;

/** What goes on. @param hours how far back the runs that are over are counted */
export function overviewQuery(hours: number) {
  return queryOptions({
    queryKey: ['overview', hours],
    queryFn: ({ signal }) => read<Overview>(`/api/v8/overview?hours=${hours}`, signal),
    refetchInterval: OVERVIEW_AGE_MS,
  });
}

export type SuggestedField = 'owner' | 'alias' | 'group' | 'cluster' | 'image' | 'tag';

/** What is in use already and begins with a text. */
export function suggestionsQuery(field: SuggestedField, prefix: string) {
  const query = new URLSearchParams({ field, prefix, limit: '10' });
  return queryOptions({
    queryKey: ['suggested', field, prefix],
    staleTime: 60_000,
    queryFn: ({ signal }) =>
      read<{ values: string[] }>(`/api/v8/suggestions?${query.toString()}`, signal),
    select: ({ values }) => values,
  });
}

/** How many runs of a definition there are, and how many of them are not over. */
export function runsCountQuery(id: string) {
  return queryOptions({
    queryKey: ['definition', id, 'runs-count'],
    staleTime: 0,
    queryFn: ({ signal }) =>
      read<{ runs: number; open: number; exact: boolean }>(
        `/api/v8/definitions/${encodeURIComponent(id)}/runs-count`,
        signal,
      ),
  });
}
