import { Alert, Anchor, Group, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../../client/client.ts';
import { helpPlace } from '../../parts/help-place.ts';
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
      <Group justify="space-between" gap="xs" align="flex-start" wrap="nowrap">
        <Text size="sm" fw={500} style={{ overflowWrap: 'anywhere' }}>
          {text}
        </Text>
        <Anchor
          component={Link}
          {...helpPlace(run, live.attempts)}
          size="xs"
          c="inherit"
          underline="always"
          style={{ flexShrink: 0 }}
        >
          What does this mean?
        </Anchor>
      </Group>
      {run.notices.map((notice) => (
        <Text key={notice} size="xs">
          {notice}
        </Text>
      ))}
    </Alert>
  );
}
