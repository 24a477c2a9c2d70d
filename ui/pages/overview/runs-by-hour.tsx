import { Anchor, Group, Text } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import type { Overview } from '../../api/insight-queries.ts';
import { Bars } from '../../parts/bars.tsx';
import { searchOf } from '../../parts/search-of.ts';
import { Empty } from '../../parts/states.tsx';
import { paths } from '../../paths.ts';
import { hourBars, hourSearch, totalsOf } from './hours.ts';

const HEIGHT = 220;
const SERIES = [
  { name: 'succeeded', label: 'Succeeded', color: 'green.6' },
  { name: 'failed', label: 'Failed', color: 'red.6' },
  { name: 'stopped', label: 'Stopped', color: 'gray.5' },
];

/** A bar an hour; picking one goes to the runs that ended in it. */
export function RunsByHour({ hours }: { hours: Overview['hours'] }) {
  const navigate = useNavigate();
  const { succeeded, failed, stopped } = totalsOf(hours);
  const since = hours[0]?.at;
  if (succeeded + failed + stopped === 0) return <Empty>No run has ended in this time.</Empty>;
  const range = since === undefined ? {} : { finished_since: since };
  return (
    <>
      <Bars
        label={`${succeeded} runs succeeded, ${failed} failed and ${stopped} were stopped, by hour`}
        bars={hourBars(hours, hourName(hours.length))}
        nameKey="hour"
        series={SERIES}
        height={HEIGHT}
        onPick={({ at }) =>
          void navigate({ to: paths.runs(), search: searchOf(hourSearch(String(at))) })
        }
      />
      <Group gap="md" mt="xs">
        <Total text={`${succeeded} succeeded`} search={{ ...range, exit: 'succeeded' }} />
        <Total text={`${failed} failed`} search={{ ...range, exit: 'failed' }} />
        {stopped === 0 ? null : (
          <Text size="sm" c="dimmed">
            {stopped} stopped
          </Text>
        )}
      </Group>
    </>
  );
}

function Total({ text, search }: { text: string; search: object }) {
  return (
    <Anchor component={Link} to={paths.runs()} search={searchOf(search)} size="sm">
      {text}
    </Anchor>
  );
}

const A_DAY = 24;

/** The day is said where there are several. */
function hourName(count: number): (at: string) => string {
  const day = count > A_DAY ? ({ weekday: 'short' } as const) : {};
  const format = new Intl.DateTimeFormat([], { ...day, hour: '2-digit', minute: '2-digit' });
  return (at) => format.format(new Date(at));
}
