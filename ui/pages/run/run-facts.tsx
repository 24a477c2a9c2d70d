import { Code, Spoiler } from '@mantine/core';
import type { Schemas } from '../../../client/client.ts';
import { Fact, Facts } from '../../parts/fact.tsx';
import { RunLink } from '../../parts/run-link.tsx';
import { Ago, Duration } from '../../parts/time.tsx';
import { TemporalLink } from './temporal-link.tsx';

const COMMAND_PX = 62;

/** Who runs what where, and since when. */
export function RunFacts({ run }: { run: Schemas['Run'] }) {
  return (
    <>
      <Facts label="Run">
        <Fact name="Owner">{run.owner}</Fact>
        <Fact name="Cluster">
          {run.cluster === null ? run.engine : `${run.cluster} (${run.engine})`}
        </Fact>
        <Fact name="Group">{run.group_name}</Fact>
        <Fact name="Image">{run.image}</Fact>
        <Fact name="Queued">
          <Ago at={run.queued_at} />
        </Fact>
        <Fact name="Started">{run.started_at === null ? null : <Ago at={run.started_at} />}</Fact>
        <Fact name="Duration">
          {run.started_at === null ? null : <Duration from={run.started_at} to={run.finished_at} />}
        </Fact>
        <Fact name="Exit code">
          {run.status === 'STOPPED' ? (run.exit_code ?? 'unknown') : null}
        </Fact>
        <TemporalLink runId={run.run_id} />
        <Fact name="Started by run">
          {run.parent_run_id === null ? null : (
            <RunLink runId={run.parent_run_id}>{run.parent_run_id}</RunLink>
          )}
        </Fact>
        <Fact name="Description">{run.description}</Fact>
      </Facts>
      {run.command === null || run.command === '' ? null : (
        <Spoiler maxHeight={COMMAND_PX} showLabel="Whole command" hideLabel="Less">
          <Code block aria-label="Command" style={{ whiteSpace: 'pre-wrap' }}>
            {run.command}
          </Code>
        </Spoiler>
      )}
    </>
  );
}
