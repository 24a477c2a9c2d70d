import { Stack, Table, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Schemas } from '../../../client/client.ts';
import { versionQuery } from '../../api/definition-queries.ts';
import { EnvValue } from '../../parts/env-value.tsx';
import { Empty } from '../../parts/states.tsx';
import { environmentOf, type Variable } from './environment.ts';

const FILTERED_FROM = 10;

/** The variables that a run's command sees; what looks secret shows when it is asked for. */
export function EnvTable({ run }: { run: Schemas['Run'] }) {
  const [text, setText] = useState('');
  const env = environmentOf(run.env, useTask(run));
  if (env.length === 0) return <Empty>It has no variables.</Empty>;
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
            <Table.Th w="34%">Name</Table.Th>
            <Table.Th>Value</Table.Th>
            <Table.Th w={76}>From</Table.Th>
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
              <Table.Td>
                <Text size="xs" c="dimmed">
                  {variable.from}
                </Text>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Stack>
  );
}

function Value({ variable }: { variable: Variable }) {
  const { secret } = variable;
  if (secret === undefined) return <EnvValue variable={variable} />;
  return (
    <Text size="xs" c="dimmed">
      secret {secret.name}, key {secret.key}
    </Text>
  );
}

/** What the task itself sets, in the version that the run was launched with; none where it is not known. */
function useTask(run: Schemas['Run']): Schemas['Definition']['env'] {
  const { definition_id: id, definition_version: version } = run;
  const task = useQuery({
    ...versionQuery(id ?? '', version ?? 0),
    enabled: id !== null && version !== null,
  });
  return task.data?.body.env ?? [];
}
