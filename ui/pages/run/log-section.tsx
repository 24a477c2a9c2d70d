import { Box, Stack } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import type { Schemas } from '../../../client/client.ts';
import { Empty, Loading } from '../../parts/states.tsx';
import { AttemptChoice } from './attempt-choice.tsx';

const LogViewer = lazy(async () => {
  const { LogViewer: viewer } = await import('../../log/log-viewer.tsx');
  return { default: viewer };
});

interface Props {
  runId: string;
  attempts: Schemas['Attempt'][];
  live: boolean;
}

/** What a run's job printed, by attempt; the latest unless another is chosen. */
export function LogSection({ runId, attempts, live }: Props) {
  const [chosen, setChosen] = useState<number | null>(null);
  // What was not launched has no log, and may never have one.
  const launched = attempts.filter((one) => one.launched_at !== null);
  const latest = launched.at(-1)?.attempt ?? null;
  const attempt = chosen ?? latest;
  return (
    <section aria-label="Log">
      {attempt === null ? (
        <Empty>{live ? 'The log begins with the first attempt.' : 'There is no log.'}</Empty>
      ) : (
        <Stack gap="xs" align="stretch">
          <AttemptChoice
            attempts={launched.map((one) => one.attempt)}
            value={attempt}
            onChange={(next) => setChosen(next === latest ? null : next)}
          />
          <Suspense fallback={<Loading what="the log" />}>
            <Box h="70vh" mih={320}>
              <LogViewer key={attempt} runId={runId} attempt={attempt} />
            </Box>
          </Suspense>
        </Stack>
      )}
    </section>
  );
}
