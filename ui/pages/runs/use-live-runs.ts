import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { queryOf, type RunFilter, type RunSummary } from '../../api/run-filter.ts';
import { readRuns } from '../../api/runs.ts';
import { liveRows, orderOf, type Order } from './live-list.ts';
import { useRunChanges } from './use-run-changes.ts';

/** A list of runs, page by page, that changes by itself. */
export interface LiveRuns {
  rows: RunSummary[];
  by: Order;
  loading: boolean;
  error: Error | null;
  retry: () => void;
  hasMore: boolean;
  loadingMore: boolean;
  loadMore: () => void;
  /** True when more could not be had, and is to be asked for by hand. */
  moreFailed: boolean;
  /** False while the connection for changes is lost. */
  connected: boolean;
  /** Why there is no such connection, and will be none. */
  refused: Error | null;
}

/** The runs of a filter, the last queued first, or the last ended where their end is asked for. */
export function useLiveRuns(filter: RunFilter): LiveRuns {
  const key = queryOf(filter);
  const by = orderOf(filter);
  const live = useRunChanges(key);
  const list = useInfiniteQuery({
    queryKey: ['runs', key, live.generation],
    queryFn: ({ pageParam }) => readRuns(filter, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    // What changes is told; what was read before there was a stream may have changed unseen.
    enabled: live.ready,
    staleTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
    placeholderData: (before, query) => (query?.queryKey[1] === key ? before : undefined),
  });
  const { data, hasNextPage } = list;
  const rows = useMemo(() => {
    const read = data?.pages.flatMap((page) => page.runs) ?? [];
    return liveRows(read, live.changes, hasNextPage, by);
  }, [data, hasNextPage, live.changes, by]);
  return {
    rows,
    by,
    loading: data === undefined && list.error === null,
    error: list.error,
    retry: () => void list.refetch(),
    hasMore: hasNextPage,
    loadingMore: list.isFetchingNextPage,
    loadMore: () => void list.fetchNextPage({ cancelRefetch: false }),
    moreFailed: list.isFetchNextPageError,
    connected: live.connected,
    refused: live.refused,
  };
}
