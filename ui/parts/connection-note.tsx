import { Badge, Tooltip } from '@mantine/core';
import { useEffect, useState } from 'react';
import { messageOf } from './message.ts';

/** A connection that is taken up again at once is not worth a word. */
const SHOW_AFTER_MS = 1_500;

interface Props {
  connected: boolean;
  /** Why there will be no connection. */
  refused?: Error | null;
}

/** Whether what is shown is what is so: silent while it is, apart from a small mark. */
export function ConnectionNote({ connected, refused = null }: Props) {
  const [lost, setLost] = useState(false);
  useEffect(() => {
    if (connected) return;
    const timer = setTimeout(() => setLost(true), SHOW_AFTER_MS);
    return () => {
      clearTimeout(timer);
      setLost(false);
    };
  }, [connected]);
  const [color, word, why] =
    refused !== null
      ? ['orange', 'not live', messageOf(refused)]
      : lost
        ? ['orange', 'reconnecting…', 'The connection is lost. What you see may be old.']
        : ['teal', 'live', 'Changes show by themselves.'];
  return (
    <Tooltip label={why}>
      <Badge variant="dot" color={color} tt="none" radius="sm" role="status" fw={500}>
        {word}
      </Badge>
    </Tooltip>
  );
}
