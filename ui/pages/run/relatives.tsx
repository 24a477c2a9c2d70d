import { Button, Stack, Table, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { Schemas } from '../../../client/client.ts';
import { readChildren } from '../../api/run-parts.ts';
import { RunLink } from '../../parts/run-link.tsx';
import { RunName } from '../../parts/run-name.ts';
import { shortId } from '../../parts/short-id.ts';
import { Empty, Failure, Loading } from '../../parts/states.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { Ago, Duration } from '../../parts/time.tsx';

const LOOK_MS = 5_000;

/** The run that started this one, and those that this one started. */
export function Relatives({ run }: { run: Schemas['Run'] }) {
  return (
    <Stack gap="sm">
      {run.parent_run_id === null ? null : (
        <Text size="sm">
          Started by run <RunLink runId={run.parent_run_id}>{run.parent_run_id}</RunLink>.
        </Text>
      )}
      <Children runId={run.run_id} />
    </Stack>
  );
}

function Children({ runId }: { runId: string }) {
  const children = useInfiniteQuery({
    queryKey: ['children', runId, 'pages'],
    queryFn: ({ pageParam }) => readChildren(runId, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    refetchInterval: LOOK_MS,
  });
  if (children.data === undefined) {
    if (children.error === null) return <Loading what="the runs that it started" />;
    return <Failure error={children.error} onRetry={() => void children.refetch()} />;
  }
  const runs = children.data.pages.flatMap((page) => page.runs);
  if (runs.length === 0) return <Empty>It has started no runs.</Empty>;
  return (
    <>
      <Table verticalSpacing={4} aria-label="Runs that it started">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Status</Table.Th>
            <Table.Th>Task</Table.Th>
            <Table.Th visibleFrom="sm">Run</Table.Th>
            <Table.Th>Queued</Table.Th>
            <Table.Th>Duration</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {runs.map((child) => (
            <Table.Tr key={child.run_id}>
              <Table.Td>
                <StatusBadge run={child} />
              </Table.Td>
              <Table.Td>
                <RunLink runId={child.run_id}>
                  <RunName run={child} />
                </RunLink>
              </Table.Td>
              <Table.Td visibleFrom="sm">
                <Text size="xs" ff="monospace" c="dimmed">
                  {shortId(child.run_id)}
                </Text>
              </Table.Td>
              <Table.Td>
                <Ago at={child.queued_at} />
              </Table.Td>
              <Table.Td>
                <Duration from={child.started_at} to={child.finished_at} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {children.hasNextPage ? (
        <Button
          size="xs"
          variant="default"
          mx="auto"
          loading={children.isFetchingNextPage}
          onClick={() => void children.fetchNextPage()}
        >
          Load more
        </Button>
      ) : null}
    </>
  );
}
