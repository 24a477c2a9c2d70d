import { Box, Stack } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { useParams } from '@tanstack/react-router';
import { useRunName } from '../../parts/run-name.ts';
import { stateOf } from '../../parts/run-state.ts';
import { Failure, Loading } from '../../parts/states.tsx';
import { RunFacts } from './run-facts.tsx';
import { SparkFacts } from './spark-facts.tsx';
import { RunHeader } from './run-header.tsx';
import { RunHeadline } from './run-headline.tsx';
import { RunTabs } from './run-tabs.tsx';
import { Timeline } from './timeline.tsx';
import { useLiveRun, type LiveRun } from './use-live-run.ts';

/** One run: what is happening and why, its history, its log. */
export function RunPage() {
  const { runId } = useParams({ from: '/runs/$runId' });
  return <Live key={runId} runId={runId} />;
}

function Live({ runId }: { runId: string }) {
  const live = useLiveRun(runId);
  if (live.run !== null) return <Shown live={live} run={live.run} />;
  if (live.refused !== null) return <Failure error={live.refused} />;
  return <Loading what="the run" />;
}

function Shown({ live, run }: { live: LiveRun; run: NonNullable<LiveRun['run']> }) {
  useDocumentTitle(`${stateOf(run).mark} ${useRunName(run)} · Flotilla`);
  return (
    <Stack gap="sm">
      <RunHeader live={live} run={run} />
      <RunHeadline live={live} run={run} />
      <RunFacts run={run} />
      <SparkFacts spark={run.spark} />
      <Timeline transitions={live.transitions} attempts={live.attempts} run={run} />
      <Box mt="xs">
        <RunTabs live={live} run={run} />
      </Box>
    </Stack>
  );
}
