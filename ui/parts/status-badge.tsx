import { Badge } from '@mantine/core';
import { stateOf } from './run-state.ts';

/** A run's status, by colour and by word. */
export function StatusBadge({ run }: { run: Parameters<typeof stateOf>[0] }) {
  const { word, color } = stateOf(run);
  return (
    <Badge color={color} variant="light" radius="sm" tt="none">
      {word}
    </Badge>
  );
}
