import '@mantine/spotlight/styles.css';
import { Group, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { Spotlight, spotlight } from '@mantine/spotlight';
import { IconPlus, IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import type { Schemas } from '../../client/client.ts';
import { answerOf, api } from '../api/client.ts';
import { definitionsQuery } from '../api/definition-queries.ts';
import { RunName } from '../parts/run-name.ts';
import { StatusBadge } from '../parts/status-badge.tsx';
import { Ago } from '../parts/time.tsx';
import { paths } from '../paths.ts';
import { isRunId, matchingRuns, mayBeginId, together } from './palette-runs.ts';

const WAIT_MS = 120;
const MOST_TASKS = 6;
const MOST_RUNS = 6;
const RECENT_RUNS = 200;

const PAGES = [
  { label: 'Overview', to: paths.overview() },
  { label: 'Runs', to: paths.runs() },
  { label: 'Tasks', to: paths.definitions() },
  { label: 'Clusters', to: paths.clusters() },
  { label: 'Help: statuses and failures', to: paths.helpStatuses() },
  { label: 'Help: stuck in QUEUED', to: paths.helpQueued() },
];

/** To any task, run or page by a few letters. @param openings counts up to open it */
export function Palette({ openings }: { openings: number }) {
  const [text, setText] = useState('');
  const [asked] = useDebouncedValue(text.trim(), WAIT_MS);
  const navigate = useNavigate();
  useEffect(() => {
    if (openings > 0) spotlight.open();
  }, [openings]);
  const go = (to: string) => () => void navigate({ to });
  const wanted = text.trim().toLowerCase();
  const pages = PAGES.filter(({ label }) => label.toLowerCase().includes(wanted));
  const tasks = useTasks(asked).filter(({ alias }) => alias.toLowerCase().includes(wanted));
  const recent = matchingRuns(useRecentRuns(), wanted, MOST_RUNS);
  const older = matchingRuns(useRunsById(asked.toLowerCase()), wanted, MOST_RUNS);
  const runs = together(recent, older, MOST_RUNS);
  const isOtherRun = isRunId(wanted) && runs.length === 0;
  const first = [
    ...tasks.map(({ definition_id: id }) => paths.definition(id)),
    ...(isOtherRun ? [paths.run(wanted)] : runs.map(({ run_id: id }) => paths.run(id))),
    ...pages.map(({ to }) => to),
  ].at(0);
  // Spotlight itself takes what the arrows have chosen only.
  const onEnter = (): void => {
    if (first === undefined || document.querySelector('[data-action][data-selected]') !== null)
      return;
    spotlight.close();
    void navigate({ to: first });
  };
  return (
    <Spotlight.Root
      query={text}
      onQueryChange={setText}
      shortcut={null}
      scrollable
      maxHeight="60vh"
      transitionProps={{ duration: 0 }}
      overlayProps={{ backgroundOpacity: 0.35, blur: 0 }}
    >
      <Spotlight.Search
        placeholder="A task, a run or a page"
        aria-label="Go to a task, a run or a page"
        leftSection={<IconSearch size={18} stroke={1.6} />}
        onKeyDown={({ key }) => (key === 'Enter' ? onEnter() : undefined)}
      />
      <Spotlight.ActionsList aria-label="Where to go">
        {tasks.length === 0 ? null : (
          <Spotlight.ActionsGroup label="Tasks">
            {tasks.map(({ definition_id: id, alias, group_name: group }) => (
              <Spotlight.Action
                key={id}
                label={alias}
                description={group}
                onClick={go(paths.definition(id))}
              />
            ))}
          </Spotlight.ActionsGroup>
        )}
        {runs.length === 0 && !isOtherRun ? null : (
          <Spotlight.ActionsGroup label={wanted === '' ? 'Last runs' : 'Runs'}>
            {isOtherRun ? (
              <Spotlight.Action label={`Run ${wanted}`} onClick={go(paths.run(wanted))} />
            ) : null}
            {runs.map((run) => (
              <Spotlight.Action key={run.run_id} onClick={go(paths.run(run.run_id))}>
                <RunLine run={run} />
              </Spotlight.Action>
            ))}
          </Spotlight.ActionsGroup>
        )}
        {pages.length === 0 ? null : (
          <Spotlight.ActionsGroup label="Pages">
            {pages.map(({ label, to }) => (
              <Spotlight.Action key={to} label={label} onClick={go(to)} />
            ))}
          </Spotlight.ActionsGroup>
        )}
        {'new task'.includes(wanted) ? (
          <Spotlight.Action
            label="New task"
            leftSection={<IconPlus size={18} stroke={1.6} />}
            onClick={go(paths.newDefinition())}
          />
        ) : null}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}

function RunLine({ run }: { run: Schemas['RunSummary'] }) {
  return (
    <Group gap="xs" wrap="nowrap" w="100%">
      <StatusBadge run={run} />
      <Text size="sm" truncate flex={1}>
        <RunName run={run} />
      </Text>
      <Text size="xs" c="dimmed" ff="monospace" truncate maw={160} visibleFrom="sm">
        {run.run_id}
      </Text>
      <Text size="xs" c="dimmed" component="span" style={{ whiteSpace: 'nowrap' }}>
        <Ago at={run.queued_at} />
      </Text>
    </Group>
  );
}

function useTasks(text: string): Schemas['Definition'][] {
  const filter = text === '' ? {} : { alias_contains: text };
  const { data } = useQuery({
    ...definitionsQuery(filter, MOST_TASKS),
    placeholderData: keepPreviousData,
  });
  return data?.definitions ?? [];
}

/** Of all runs there are, where the text may be of an id. */
function useRunsById(text: string): Schemas['RunSummary'][] {
  const { data } = useQuery({
    queryKey: ['runs-by-id', text],
    enabled: mayBeginId(text),
    queryFn: ({ signal }) =>
      answerOf(
        api.GET('/api/v8/runs/by-id', {
          params: { query: { prefix: text, limit: MOST_RUNS } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });
  return data?.runs ?? [];
}

function useRecentRuns(): Schemas['RunSummary'][] {
  const { data } = useQuery({
    queryKey: ['recent-runs', RECENT_RUNS],
    queryFn: ({ signal }) =>
      answerOf(api.GET('/api/v8/runs', { params: { query: { limit: RECENT_RUNS } }, signal })),
  });
  return data?.runs ?? [];
}
