import { Anchor, Button, Center, Group, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle, useWindowScroll } from '@mantine/hooks';
import type { RowSelectionState } from '@tanstack/react-table';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo, useState } from 'react';
import { queryOf, type RunFilter, type RunSummary } from '../../api/run-filter.ts';
import { ConnectionNote } from '../../parts/connection-note.tsx';
import { Empty, Failure, Loading } from '../../parts/states.tsx';
import { paths } from '../../paths.ts';
import { AllMatching } from './all-matching.tsx';
import { FilterBar, FilterChips } from './filter-bar.tsx';
import { heldBack, type Order } from './live-list.ts';
import { RunsTable } from './runs-table.tsx';
import { filterOfSearch, searchOfFilter } from './search.ts';
import { SelectionBar } from './selection-bar.tsx';
import { StatusTabs } from './status-tabs.tsx';
import { useLiveRuns, type LiveRuns } from './use-live-runs.ts';

/** All runs, the last queued first, as they change. */
export function RunsPage() {
  useDocumentTitle('Runs · Flotilla');
  const search = useSearch({ from: '/runs' });
  const navigate = useNavigate();
  const filter = useMemo(() => filterOfSearch(search), [search]);
  const setFilter = useCallback(
    (next: RunFilter) => void navigate({ to: paths.runs(), search: searchOfFilter(next) }),
    [navigate],
  );
  const live = useLiveRuns(filter);
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Title order={1} size="h3">
          Runs
        </Title>
        <Group gap="xs">
          <AllMatching filter={filter} />
          <ConnectionNote connected={live.connected} refused={live.refused} />
        </Group>
      </Group>
      <StatusTabs filter={filter} onFilter={setFilter} />
      <FilterBar filter={filter} onFilter={setFilter} />
      <FilterChips filter={filter} onFilter={setFilter} />
      <List key={queryOf(filter)} live={live} isFiltered={queryOf(filter) !== ''} />
    </Stack>
  );
}

function List({ live, isFiltered }: { live: LiveRuns; isFiltered: boolean }) {
  const [selection, setSelection] = useState<RowSelectionState>({});
  const { shown, held, showAll } = useHeldBack(live.rows, live.by);
  const { loadMore, hasMore, loadingMore, moreFailed } = live;
  const onEnd = useCallback(() => {
    if (hasMore && !loadingMore && !moreFailed) loadMore();
  }, [hasMore, loadingMore, moreFailed, loadMore]);
  if (live.loading) return <Loading what="runs" />;
  if (live.error !== null && live.rows.length === 0)
    return <Failure error={live.error} onRetry={live.retry} />;
  if (live.rows.length === 0) return <NoRuns isFiltered={isFiltered} />;
  return (
    <>
      {held === 0 ? null : (
        <Center pos="sticky" top={106} h={0} style={{ zIndex: 2 }}>
          <Button size="compact-sm" radius="xl" onClick={showAll}>
            {held === 1 ? '1 new run' : `${held} new runs`}
          </Button>
        </Center>
      )}
      <RunsTable rows={shown} selection={selection} onSelection={setSelection} onEnd={onEnd} />
      <Center py="xs">
        {hasMore ? (
          <Button size="xs" variant="default" loading={loadingMore} onClick={loadMore}>
            {moreFailed ? 'Could not load more. Try again' : 'Load more'}
          </Button>
        ) : (
          <Text size="xs" c="dimmed">
            That is all of them.
          </Text>
        )}
      </Center>
      <SelectionBar
        runs={shown.filter((run) => selection[run.run_id] === true)}
        onClear={() => setSelection({})}
      />
    </>
  );
}

function NoRuns({ isFiltered }: { isFiltered: boolean }) {
  if (isFiltered) return <Empty>No run is like that.</Empty>;
  return (
    <Empty>
      There are no runs yet. Launch one of the{' '}
      <Anchor component={Link} to={paths.definitions()}>
        tasks
      </Anchor>
      .
    </Empty>
  );
}

const AT_TOP_PX = 60;

/** Rows do not move under somebody who reads further down. */
function useHeldBack(rows: RunSummary[], by: Order) {
  const [{ y }, scrollTo] = useWindowScroll();
  const isDown = y > AT_TOP_PX;
  const [anchor, setAnchor] = useState<RunSummary | null>(null);
  const first = rows[0];
  if (!isDown && anchor !== null) setAnchor(null);
  else if (isDown && anchor === null && first !== undefined) setAnchor(first);
  const showAll = (): void => {
    setAnchor(null);
    scrollTo({ y: 0 });
  };
  return { ...heldBack(rows, anchor, by), showAll };
}
