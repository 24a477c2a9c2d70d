import { Card, Grid, Group, SegmentedControl, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { overviewQuery, type Overview } from '../../api/insight-queries.ts';
import { searchOf } from '../../parts/search-of.ts';
import { Failure, Loading } from '../../parts/states.tsx';
import { paths } from '../../paths.ts';
import { FailingTasks } from './failing-tasks.tsx';
import { RunsByHour } from './runs-by-hour.tsx';
import { LongestWaiting, OpenByStatus, Queues } from './waiting.tsx';

const SPANS = [
  { value: '24', label: 'a day' },
  { value: '72', label: '3 days' },
  { value: '168', label: 'a week' },
];
const DAY = '24';

/** How the installation does: what ran, what waits and what fails. */
export function OverviewPage() {
  useDocumentTitle('Overview · Flotilla');
  const { hours: said } = useSearch({ from: '/overview' });
  const hours = SPANS.find(({ value }) => value === String(said))?.value ?? DAY;
  const navigate = useNavigate();
  const { data, error, refetch } = useQuery({
    ...overviewQuery(Number(hours)),
    placeholderData: keepPreviousData,
  });
  return (
    <>
      <Group justify="space-between" mb="sm">
        <Title order={1} size="h3">
          Overview
        </Title>
        <SegmentedControl
          size="xs"
          aria-label="How far back"
          data={SPANS}
          value={hours}
          onChange={(value) =>
            void navigate({
              to: paths.overview(),
              search: searchOf(value === DAY ? {} : { hours: value }),
              replace: true,
            })
          }
        />
      </Group>
      {data === undefined && error !== null ? (
        <Failure error={error} onRetry={() => void refetch()} />
      ) : null}
      {data === undefined && error === null ? <Loading what="the overview" /> : null}
      {data === undefined ? null : <Panels overview={data} />}
    </>
  );
}

function Panels({ overview }: { overview: Overview }) {
  return (
    <Grid gap="md">
      <Panel title="Runs that ended, by hour" wide>
        <RunsByHour hours={overview.hours} />
        {overview.exact ? null : (
          <Text size="xs" c="dimmed" mt="xs">
            So many runs have ended that the earliest are not counted.
          </Text>
        )}
      </Panel>
      <Panel title="Open runs">
        <OpenByStatus open={overview.open} />
      </Panel>
      <Panel title="By cluster">
        <Queues queue={overview.queue} />
      </Panel>
      <Panel title="Waiting longest">
        <LongestWaiting runs={overview.longest_waiting} />
      </Panel>
      <Panel title="Tasks that fail">
        <FailingTasks failing={overview.failing_definitions} />
      </Panel>
    </Grid>
  );
}

interface PanelProps {
  title: string;
  wide?: boolean;
  children: ReactNode;
}

function Panel({ title, wide = false, children }: PanelProps) {
  return (
    <Grid.Col span={{ base: 12, md: wide ? 12 : 6 }}>
      <Card withBorder h="100%" component="section" aria-label={title} padding="md">
        <Title order={2} size="h6" mb="sm">
          {title}
        </Title>
        {children}
      </Card>
    </Grid.Col>
  );
}
