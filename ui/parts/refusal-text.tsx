import { Text } from '@mantine/core';
import { messageOf } from './message.ts';

/** Why what was asked for was not done; nothing while there is no error. Its lines stay lines. */
export function RefusalText({ error }: { error: unknown }) {
  if (error === null) return null;
  return (
    <Text size="sm" c="red" role="alert" style={{ whiteSpace: 'pre-line' }}>
      {messageOf(error)}
    </Text>
  );
}
