import { ActionIcon, CopyButton, Group, Stack, Table, Text, TextInput } from '@mantine/core';
import { IconCheck, IconCopy, IconEye, IconEyeOff } from '@tabler/icons-react';
import { useState } from 'react';
import type { Schemas } from '../../../client/client.ts';
import { Empty } from '../../parts/states.tsx';
import { looksSecret } from './secret-names.ts';

type Variable = Schemas['StoredEnvVar'];

const FILTERED_FROM = 10;

/** The variables that a run was launched with; what looks secret shows when it is asked for. */
export function EnvTable({ env }: { env: Variable[] }) {
  const [text, setText] = useState('');
  if (env.length === 0) return <Empty>It was launched with no variables.</Empty>;
  const shown = env.filter(({ name }) => name.toLowerCase().includes(text.trim().toLowerCase()));
  return (
    <Stack gap="xs">
      {env.length < FILTERED_FROM ? null : (
        <TextInput
          size="xs"
          maw={260}
          aria-label="Variables whose name contains"
          placeholder="Name…"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      )}
      <Table verticalSpacing={4} layout="fixed" aria-label="Environment">
        <Table.Thead>
          <Table.Tr>
            <Table.Th w="38%">Name</Table.Th>
            <Table.Th>Value</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {shown.map((variable, place) => (
            <Table.Tr key={`${place} ${variable.name}`}>
              <Table.Td>
                <Text size="sm" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
                  {variable.name}
                </Text>
              </Table.Td>
              <Table.Td>
                <Value variable={variable} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Stack>
  );
}

function Value({ variable }: { variable: Variable }) {
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
