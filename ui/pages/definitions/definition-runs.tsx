import { Anchor, Table } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import type { Schemas } from '../../../client/client.ts';
import { runsOfQuery } from '../../api/definition-queries.ts';
import { Bars } from '../../parts/bars.tsx';
import { RecentRuns } from '../../parts/recent-runs.tsx';
import { stateOf } from '../../parts/run-state.ts';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { durationText } from '../../parts/time-text.ts';
import { Ago, Duration } from '../../parts/time.tsx';
import { paths } from '../../paths.ts';
import { DURATION_SERIES, durationBars } from './duration-bars.ts';

const CHARTED = 50;
const LISTED = 10;
const AGE_MS = 3_000;
const CHART_HEIGHT = 180;

/** How the last runs of a definition went, and how long they took. */
export function DefinitionRuns({ definitionId }: { definitionId: string }) {
  const query = useQuery({ ...runsOfQuery(definitionId, CHARTED), refetchInterval: AGE_MS });
  return (
    <RecentRuns
      query={query}
      all={{ definition_id: definitionId }}
      empty="It has not been launched yet."
    >
      {(runs) => (
        <>
          <Durations runs={runs} />
          <RunTable runs={runs.slice(0, LISTED)} />
        </>
      )}
    </RecentRuns>
  );
}

function Durations({ runs }: { runs: Schemas['RunSummary'][] }) {
  const navigate = useNavigate();
  const bars = durationBars(runs, (at) =>
    new Date(at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' }),
  );
  if (bars.length === 0) return null;
  return (
    <Bars
      label={`How long the last ${bars.length} runs took`}
      bars={bars}
      nameKey="at"
      series={DURATION_SERIES}
      height={CHART_HEIGHT}
      format={(seconds) => durationText(seconds * 1_000)}
      onPick={({ run_id }) => void navigate({ to: paths.run(String(run_id)) })}
    />
  );
}

function RunTable({ runs }: { runs: Schemas['RunSummary'][] }) {
  return (
    <Table highlightOnHover verticalSpacing={4} horizontalSpacing="xs" aria-label="Recent runs">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Result</Table.Th>
          <Table.Th>Queued</Table.Th>
          <Table.Th>Took</Table.Th>
          <Table.Th visibleFrom="sm">Owner</Table.Th>
          <Table.Th visibleFrom="sm">Cluster</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {runs.map((run) => (
          <Table.Tr key={run.run_id}>
            <Table.Td>
              <Anchor
                component={Link}
                to={paths.run(run.run_id)}
                underline="never"
                aria-label={`${stateOf(run).word}: run ${run.run_id}`}
              >
                <StatusBadge run={run} />
              </Anchor>
            </Table.Td>
            <Table.Td>
              <Ago at={run.queued_at} />
            </Table.Td>
            <Table.Td>
              <Duration from={run.started_at} to={run.finished_at} />
            </Table.Td>
            <Table.Td visibleFrom="sm">{run.owner}</Table.Td>
            <Table.Td visibleFrom="sm">{run.cluster}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
