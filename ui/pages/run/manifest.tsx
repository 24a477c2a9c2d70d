import { Code, CopyButton, Button, Group, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Schemas } from '../../../client/client.ts';
import { ApiError } from '../../api/client.ts';
import { readManifest } from '../../api/run-parts.ts';
import { Empty, Failure, Loading } from '../../parts/states.tsx';
import { AttemptChoice } from './attempt-choice.tsx';

interface Props {
  runId: string;
  engine: string;
  attempts: Schemas['Attempt'][];
}

/** What the engine was given for an attempt. */
export function Manifest({ runId, engine, attempts }: Props) {
  const latest = attempts.at(-1)?.attempt ?? null;
  const [chosen, setChosen] = useState<number | null>(null);
  const attempt = chosen ?? latest;
  if (engine === 'local') return <Empty>Engine local is given no manifest.</Empty>;
  if (attempt === null) return <Empty>Nothing was launched yet.</Empty>;
  return (
    <Stack gap="xs" align="stretch">
      <AttemptChoice
        attempts={attempts.map((one) => one.attempt)}
        value={attempt}
        onChange={setChosen}
      />
      <Text runId={runId} attempt={attempt} />
    </Stack>
  );
}

function Text({ runId, attempt }: { runId: string; attempt: number }) {
  const manifest = useQuery({
    queryKey: ['manifest', runId, attempt],
    queryFn: () => readManifest(runId, attempt),
  });
  if (manifest.error instanceof ApiError && manifest.error.status === 404)
    return <Empty>{manifest.error.message}</Empty>;
  if (manifest.error !== null)
    return <Failure error={manifest.error} onRetry={() => void manifest.refetch()} />;
  if (manifest.data === undefined) return <Loading what="the manifest" />;
  return (
    <>
      <Group justify="flex-end">
        <CopyButton value={manifest.data}>
          {({ copied, copy }) => (
            <Button size="compact-xs" variant="default" onClick={copy}>
              {copied ? 'Copied' : 'Copy manifest'}
            </Button>
          )}
        </CopyButton>
      </Group>
      <Code block aria-label="Manifest" tabIndex={0}>
        {manifest.data}
      </Code>
    </>
  );
}
