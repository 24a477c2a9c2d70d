import { Anchor, Button, Group, Table, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../../client/client.ts';
import { versionsQuery } from '../../api/definition-queries.ts';
import { searchOf } from '../../parts/search-of.ts';
import { Ago } from '../../parts/time.tsx';
import { paths } from '../../paths.ts';

const FEW = 5;

export interface VersionsProps {
  definition: Schemas['Definition'];
  shown: number;
}

/** Who changed it and when; each version can be looked at. */
export function Versions({ definition, shown }: VersionsProps) {
  const { definition_id: id, version } = definition;
  const { data } = useQuery(versionsQuery(id));
  const [all, { open }] = useDisclosure(false);
  if (data === undefined || data.versions.length === 0) return null;
  const rows = all ? data.versions : data.versions.slice(0, FEW);
  return (
    <section aria-labelledby="versions">
      <Title order={2} size="h6" mt="md" mb={4} id="versions">
        Versions
      </Title>
      <Table verticalSpacing={2} horizontalSpacing="xs" aria-label="Versions">
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr
              key={row.version}
              {...(row.version === shown ? { 'aria-current': true } : {})}
            >
              <Table.Td>
                <Group gap={6}>
                  <Anchor
                    component={Link}
                    to={paths.definition(id)}
                    search={searchOf(row.version === version ? {} : { version: row.version })}
                    size="sm"
                    fw={row.version === shown ? 600 : 400}
                  >
                    {row.version}
                  </Anchor>
                  {row.version === version ? (
                    <Text span size="xs" c="dimmed">
                      now
                    </Text>
                  ) : null}
                </Group>
              </Table.Td>
              <Table.Td fz="sm">{row.author}</Table.Td>
              <Table.Td fz="sm" c="dimmed">
                <Ago at={row.created_at} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {rows.length < data.versions.length ? (
        <Button variant="subtle" size="compact-sm" onClick={open}>
          All {data.versions.length}
        </Button>
      ) : null}
    </section>
  );
}
