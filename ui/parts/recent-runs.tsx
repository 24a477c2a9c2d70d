import { Anchor, Group, Stack, Title } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Schemas } from '../../client/client.ts';
import { paths } from '../paths.ts';
import { searchOf } from './search-of.ts';
import { Empty, Failure, Loading } from './states.tsx';

type Runs = Schemas['RunSummary'][];

export interface RecentRunsProps {
  query: Pick<UseQueryResult<{ runs: Runs }>, 'data' | 'error' | 'refetch'>;
  /** The filter of the page of runs that has all of them. */
  all: object;
  /** What is said where there are none. */
  empty: string;
  children: (runs: Runs) => ReactNode;
}

/** The last runs of something, and the way to all of them. */
export function RecentRuns({ query, all, empty, children }: RecentRunsProps) {
  const { data, error, refetch } = query;
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Title order={2} size="h5">
          Recent runs
        </Title>
        <Anchor component={Link} to={paths.runs()} search={searchOf(all)} size="sm">
          All runs
        </Anchor>
      </Group>
      {data === undefined && error !== null ? (
        <Failure error={error} onRetry={() => void refetch()} />
      ) : null}
      {data === undefined && error === null ? <Loading what="its runs" /> : null}
      {data?.runs.length === 0 ? <Empty>{empty}</Empty> : null}
      {data === undefined || data.runs.length === 0 ? null : children(data.runs)}
    </Stack>
  );
}
