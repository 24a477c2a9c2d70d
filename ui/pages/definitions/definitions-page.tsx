import { Anchor, Button, Group, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { definitionsWithRunsQuery, type DefinitionFilter } from '../../api/definition-queries.ts';
import { Empty, Failure, Loading } from '../../parts/states.tsx';
import { searchOf } from '../../parts/search-of.ts';
import { paths } from '../../paths.ts';
import { DefinitionsFilter } from './definitions-filter.tsx';
import { DefinitionsTable } from './definitions-table.tsx';
import { definitionsSearch } from './search.ts';

const PAGE = 25;
/** Last runs change by themselves. */
const LOOK_AGAIN_MS = 10_000;

/** Definitions, which users know as tasks. */
export function DefinitionsPage() {
  useDocumentTitle('Tasks · Flotilla');
  const { cursor, ...filter } = definitionsSearch(useSearch({ from: '/tasks' }));
  const { data, error, refetch, isPlaceholderData } = useQuery({
    ...definitionsWithRunsQuery(filter, PAGE, cursor),
    placeholderData: keepPreviousData,
    refetchInterval: LOOK_AGAIN_MS,
  });
  return (
    <>
      <Group justify="space-between" mb="sm">
        <Title order={1} size="h3">
          Tasks
        </Title>
        <NewTask />
      </Group>
      <DefinitionsFilter filter={filter} />
      {data === undefined && error !== null ? (
        <Failure error={error} onRetry={() => void refetch()} />
      ) : null}
      {data === undefined && error === null ? <Loading what="tasks" /> : null}
      {data?.definitions.length === 0 ? (
        <Nothing filtered={Object.keys(filter).length > 0} />
      ) : null}
      {data === undefined || data.definitions.length === 0 ? null : (
        <div style={{ opacity: isPlaceholderData ? 0.6 : 1 }} aria-busy={isPlaceholderData}>
          <DefinitionsTable definitions={data.definitions} />
          <Group justify="space-between" mt="sm">
            <Text size="sm" c="dimmed">
              {data.total.exact ? '' : 'about '}
              {data.total.value === 1 ? '1 task' : `${data.total.value} tasks`}
            </Text>
            <Pages filter={filter} cursor={cursor} next={data.next_cursor} />
          </Group>
        </div>
      )}
    </>
  );
}

function NewTask() {
  return (
    <Button component={Link} to={paths.newDefinition()} leftSection={<IconPlus size={16} />}>
      New task
    </Button>
  );
}

interface PagesProps {
  filter: DefinitionFilter;
  cursor: string | undefined;
  next: string | null;
}

/** A cursor knows the next page only; back is the browser's, or the beginning. */
function Pages({ filter, cursor, next }: PagesProps) {
  return (
    <Group gap="xs" component="nav" aria-label="Pages">
      {cursor === undefined ? null : (
        <Button
          variant="default"
          size="xs"
          component={Link}
          to={paths.definitions()}
          search={searchOf(filter)}
        >
          First page
        </Button>
      )}
      {next === null ? null : (
        <Button
          variant="default"
          size="xs"
          component={Link}
          to={paths.definitions()}
          search={searchOf({ ...filter, cursor: next })}
        >
          Next page
        </Button>
      )}
    </Group>
  );
}

function Nothing({ filtered }: { filtered: boolean }) {
  if (filtered)
    return (
      <Empty>
        No task is like that.{' '}
        <Anchor component={Link} to={paths.definitions()}>
          Show all
        </Anchor>
      </Empty>
    );
  return (
    <Empty>
      <p>There is no task yet. A task says once what a job is; then anybody can launch it.</p>
      <NewTask />
    </Empty>
  );
}
