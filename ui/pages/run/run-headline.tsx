import { Alert, Text } from '@mantine/core';
import type { Schemas } from '../../../client/client.ts';
import { stateOf } from '../../parts/run-state.ts';
import { useNow } from '../../parts/use-now.ts';
import { headlineOf, type Headline } from './headline.ts';
import type { LiveRun } from './use-live-run.ts';

const COLORS: Record<Headline['tone'], string> = {
  calm: 'blue',
  good: 'green',
  bad: 'red',
  warning: 'orange',
};

/** What is happening and why; below it, what the engine does not do of what was asked. */
export function RunHeadline({ live, run }: { live: LiveRun; run: Schemas['Run'] }) {
  const now = useNow(stateOf(run).isOpen);
  const { text, tone } = headlineOf({
    run,
    transitions: live.transitions,
    events: live.events,
    now,
  });
  return (
    <Alert color={COLORS[tone]} py="xs" px="sm" role="status" aria-label="What is happening">
      <Text size="sm" fw={500} style={{ overflowWrap: 'anywhere' }}>
        {text}
      </Text>
      {run.notices.map((notice) => (
        <Text key={notice} size="xs">
          {notice}
        </Text>
      ))}
    </Alert>
  );
}
