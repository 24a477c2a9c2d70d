import { Anchor, Text } from '@mantine/core';

interface Props {
  runId: string;
  /** Counts from 1. */
  attempt: number;
  /** True while the log may grow. */
  live: boolean;
}

/** The log of an attempt, as the server has it: a link to its bytes. */
export function LogViewer({ runId, attempt, live }: Props) {
  return (
    <Text size="sm">
      <Anchor href={`/api/v8/runs/${encodeURIComponent(runId)}/log?attempt=${attempt}`}>
        The log of attempt {attempt}
      </Anchor>
      {live ? ', which may grow' : ''}
    </Text>
  );
}
