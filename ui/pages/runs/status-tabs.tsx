import { Button, Group } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { queryOf, STATUSES, type RunFilter, type Status } from '../../api/run-filter.ts';
import { countRuns, type StatusCount } from '../../api/runs.ts';
import { toggled } from './search.ts';

interface Props {
  filter: RunFilter;
  onFilter: (filter: RunFilter) => void;
}

const WORDS: Record<Status, string> = {
  QUEUED: 'Queued',
  PENDING: 'Pending',
  RUNNING: 'Running',
  NEEDS_RETRY: 'Needs retry',
  STOPPED: 'Stopped',
};
const COUNT_MS = 4_000;

/** How many runs there are in each status; each is a filter, and several together. */
export function StatusTabs({ filter, onFilter }: Props) {
  const { status, ...rest } = filter;
  const counts = useQuery({
    queryKey: ['run-counts', queryOf(rest)],
    queryFn: () => countRuns(rest),
    refetchInterval: COUNT_MS,
    placeholderData: keepPreviousData,
  });
  const chosen = status ?? [];
  return (
    <Group gap={4} role="group" aria-label="Filter by status">
      <Tab
        word="All"
        count={sumOf(counts.data)}
        on={chosen.length === 0}
        onClick={() => onFilter(rest)}
      />
      {STATUSES.map((one) => (
        <Tab
          key={one}
          word={WORDS[one]}
          count={counts.data?.find((count) => count.status === one)}
          on={chosen.includes(one)}
          onClick={() => onFilter(toggled(filter, one))}
        />
      ))}
    </Group>
  );
}

type Count = Pick<StatusCount, 'runs' | 'exact'>;

function sumOf(counts: StatusCount[] | undefined): Count | undefined {
  return counts?.reduce<Count>(
    (sum, one) => ({ runs: sum.runs + one.runs, exact: sum.exact && one.exact }),
    { runs: 0, exact: true },
  );
}

interface TabProps {
  word: string;
  count: Count | undefined;
  on: boolean;
  onClick: () => void;
}

function Tab({ word, count, on, onClick }: TabProps) {
  const number =
    count === undefined ? null : `${count.runs.toLocaleString()}${count.exact ? '' : '+'}`;
  return (
    <Button
      size="compact-sm"
      variant={on ? 'light' : 'subtle'}
      {...(on ? {} : { color: 'gray' })}
      aria-pressed={on}
      onClick={onClick}
      rightSection={number}
      fw={on ? 600 : 400}
    >
      {word}
    </Button>
  );
}
