import { QueryClient } from '@tanstack/react-query';
import { ApiError } from './client.ts';

const MOST_TRIES = 3;

/** Repeats what was not answered; what the server refuses it would refuse again. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        retry: (failures, error) =>
          failures < MOST_TRIES && !(error instanceof ApiError && error.status < 500),
        throwOnError: false,
      },
    },
  });
}
