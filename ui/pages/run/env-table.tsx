import { Stack, Table, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Schemas } from '../../../client/client.ts';
import { EnvValue } from '../../parts/env-value.tsx';
import { Empty } from '../../parts/states.tsx';

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
                <EnvValue variable={variable} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Stack>
  );
}
