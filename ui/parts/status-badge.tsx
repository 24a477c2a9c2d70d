import { Badge } from '@mantine/core';
import type { Schemas } from '../../client/client.ts';
import { stateOf } from './run-state.ts';

/** A run's status, by colour and by word. */
export function StatusBadge({ run }: { run: Pick<Schemas['RunSummary'], 'status' | 'exit_code'> }) {
  const { word, color } = stateOf(run);
  return (
    <Badge color={color} variant="light" radius="sm" tt="none" c="var(--mantine-color-text)">
      {word}
    </Badge>
  );
}
