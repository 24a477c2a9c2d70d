import { Code, Stack, Title } from '@mantine/core';
import type { Schemas } from '../../../client/client.ts';
import { Fact, Facts } from '../../parts/fact.tsx';
import { durationText } from '../../parts/time-text.ts';

/** What was asked for and is seldom looked at. */
export function RunDetails({ run }: { run: Schemas['Run'] }) {
  const { active_deadline_seconds: limit } = run;
  return (
    <Stack gap="md">
      <Facts label="Details">
        <Fact name="Run id">{run.run_id}</Fact>
        <Fact name="Definition">{run.definition_id}</Fact>
        <Fact name="Template">{run.template_id}</Fact>
        <Fact name="Version of the definition">{run.definition_version}</Fact>
        <Fact name="Memory asked for">{unit(run.memory_mb, 'MB')}</Fact>
        <Fact name="CPU asked for">{unit(run.cpu_millicores, 'm')}</Fact>
        <Fact name="GPUs">{run.gpu === 0 ? null : run.gpu}</Fact>
        <Fact name="Ephemeral storage">{unit(run.ephemeral_storage_mb, 'MB')}</Fact>
        <Fact name="Node lifecycle">{run.node_lifecycle}</Fact>
        <Fact name="Architecture">{run.arch}</Fact>
        <Fact name="Tier">{run.tier}</Fact>
        <Fact name="Service account">{run.service_account}</Fact>
        <Fact name="May run for">
          {limit === null || limit <= 0 ? null : durationText(limit * 1_000)}
        </Fact>
        <Fact name="Idempotence key">{run.idempotence_key}</Fact>
        <Fact name="Queued at">{timeOf(run.queued_at)}</Fact>
        <Fact name="Started at">{timeOf(run.started_at)}</Fact>
        <Fact name="Finished at">{timeOf(run.finished_at)}</Fact>
        <Fact name="Exit reason">{run.exit_reason}</Fact>
        {run.run_exceptions.map((exception) => (
          <Fact key={exception} name="Exception">
            {exception}
          </Fact>
        ))}
      </Facts>
      <Facts label="Labels">
        {Object.entries(run.labels).map(([name, value]) => (
          <Fact key={name} name={`Label ${name}`}>
            {value}
          </Fact>
        ))}
      </Facts>
      <Payload payload={run.template_payload} />
    </Stack>
  );
}

/** What its template was given, merged with the defaults. */
function Payload({ payload }: { payload: Schemas['Run']['template_payload'] }) {
  if (payload === null) return null;
  return (
    <section>
      <Title order={3} size="h6" mb={4}>
        Payload
      </Title>
      <Code block tabIndex={0} role="group" aria-label="Payload">
        {JSON.stringify(payload, null, 2)}
      </Code>
    </section>
  );
}

function unit(value: number | null, of: string): string | null {
  return value === null ? null : `${value} ${of}`;
}

function timeOf(at: string | null): string | null {
  return at === null ? null : new Date(at).toLocaleString();
}
