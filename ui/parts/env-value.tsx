import { ActionIcon, CopyButton, Group, Text } from '@mantine/core';
import { IconCheck, IconCopy, IconEye, IconEyeOff } from '@tabler/icons-react';
import { useState } from 'react';
import { looksSecret } from './secret-names.ts';

/** The value of a variable; what looks secret shows when it is asked for. */
export function EnvValue({ variable }: { variable: { name: string; value: string } }) {
  const { name, value } = variable;
  const secret = looksSecret(variable);
  const [asked, setAsked] = useState(false);
  const hidden = secret && !asked;
  return (
    <Group gap={4} wrap="nowrap" justify="space-between" align="flex-start">
      <Text size="sm" ff="monospace" style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
        {hidden ? '••••••••' : value}
      </Text>
      <Group gap={2} wrap="nowrap">
        {secret ? (
          <ActionIcon
            size="sm"
            variant="subtle"
            color="gray"
            aria-label={`${hidden ? 'Show' : 'Hide'} the value of ${name}`}
            onClick={() => setAsked((before) => !before)}
          >
            {hidden ? <IconEye size={14} /> : <IconEyeOff size={14} />}
          </ActionIcon>
        ) : null}
        <CopyButton value={value}>
          {({ copied, copy }) => (
            <ActionIcon
              size="sm"
              variant="subtle"
              color="gray"
              aria-label={`Copy the value of ${name}`}
              onClick={copy}
            >
              {copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
            </ActionIcon>
          )}
        </CopyButton>
      </Group>
    </Group>
  );
}
