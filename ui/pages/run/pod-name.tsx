import { ActionIcon, Anchor, Code, CopyButton, Group, Text, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import type { Schemas } from '../../../client/client.ts';
import { useAbout } from '../../api/about.ts';
import { describeOf, podPlaceOf, podUrlOf } from './pod-place.ts';

/** An attempt's pod: a link where it is known to what, else the command that shows it. */
export function PodName({ attempt }: { attempt: Schemas['Attempt'] }) {
  const template = useAbout().data?.eks_pod_url ?? null;
  const place = podPlaceOf(attempt);
  const url = template === null || place === null ? null : podUrlOf(template, place);
  if (attempt.pod_name === null) return null;
  if (url !== null) {
    return (
      <Text size="xs">
        <Anchor href={url} target="_blank" rel="noreferrer" inherit>
          {attempt.pod_name}
        </Anchor>
      </Text>
    );
  }
  const command = place === null ? null : describeOf(place);
  return (
    <Group gap={4} wrap="nowrap">
      <Text size="xs" c="dimmed">
        {attempt.pod_name}
      </Text>
      {command === null ? null : <CopyCommand command={command} />}
    </Group>
  );
}

function CopyCommand({ command }: { command: string }) {
  return (
    <CopyButton value={command}>
      {({ copied, copy }) => (
        <Tooltip label={<Code>{copied ? 'Copied' : command}</Code>}>
          <ActionIcon size="xs" variant="subtle" aria-label={`Copy: ${command}`} onClick={copy}>
            {copied ? <IconCheck size={12} aria-hidden /> : <IconCopy size={12} aria-hidden />}
          </ActionIcon>
        </Tooltip>
      )}
    </CopyButton>
  );
}
