import { Anchor, Box, Group, Select, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Schemas } from '../../../client/client.ts';
import { templateVersionsQuery } from '../../api/template-queries.ts';
import { Ago } from '../../parts/time.tsx';
import { paths } from '../../paths.ts';
import { compareTemplates, type ComparedLine } from './compare-lines.ts';

/** Every version, and in what this one differs from another. */
export function TemplateVersions({ template }: { template: Schemas['Template'] }) {
  const { data } = useQuery(templateVersionsQuery(template.template_id));
  const [chosen, setChosen] = useState<string | null>(null);
  if (data === undefined) return null;
  const others = data.templates.filter((one) => one.template_id !== template.template_id);
  const other = others.find((one) => one.template_id === chosen);
  return (
    <section aria-labelledby="versions">
      <Title order={2} size="h6" mt="md" mb={4} id="versions">
        Versions
      </Title>
      <Table verticalSpacing={2} horizontalSpacing="xs" aria-label="Versions">
        <Table.Tbody>
          {data.templates.map((one) => (
            <Table.Tr
              key={one.template_id}
              {...(one.template_id === template.template_id ? { 'aria-current': true } : {})}
            >
              <Table.Td>
                <Anchor
                  component={Link}
                  to={paths.template(one.template_id)}
                  size="sm"
                  fw={one.template_id === template.template_id ? 600 : 400}
                >
                  {one.version}
                </Anchor>
              </Table.Td>
              <Table.Td fz="sm">{one.created_by}</Table.Td>
              <Table.Td fz="sm" c="dimmed">
                {one.created_at === null ? null : <Ago at={one.created_at} />}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {others.length === 0 ? null : (
        <Select
          mt="sm"
          maw={260}
          label={`Compare version ${template.version} with`}
          placeholder="another version"
          clearable
          data={others.map((one) => ({ value: one.template_id, label: `version ${one.version}` }))}
          value={chosen}
          onChange={setChosen}
        />
      )}
      {other === undefined ? null : <Differences old={other} now={template} />}
    </section>
  );
}

function Differences({ old, now }: { old: Schemas['Template']; now: Schemas['Template'] }) {
  const fields = compareTemplates(old, now);
  return (
    <Stack gap="xs" mt="sm" role="region" aria-label={`From version ${old.version}`}>
      <Group gap="md">
        <Text size="xs">− version {old.version}</Text>
        <Text size="xs">+ version {now.version}</Text>
      </Group>
      {fields.length === 0 ? <Text size="sm">They say the same.</Text> : null}
      {fields.map(({ name, lines }) => (
        <div key={name}>
          <Title order={3} size="h6" mb={2}>
            {name}
          </Title>
          <Lines lines={lines} label={name} />
        </div>
      ))}
    </Stack>
  );
}

const MARKS = {
  both: { sign: ' ', background: 'transparent', said: '' },
  old: { sign: '−', background: 'var(--mantine-color-red-light)', said: 'removed: ' },
  new: { sign: '+', background: 'var(--mantine-color-green-light)', said: 'added: ' },
};

function Lines({ lines, label }: { lines: ComparedLine[]; label: string }) {
  return (
    <Box
      component="pre"
      m={0}
      p="xs"
      fz="xs"
      tabIndex={0}
      role="group"
      aria-label={`${label}, line by line`}
      style={{ overflowX: 'auto', border: '1px solid var(--mantine-color-default-border)' }}
    >
      {lines.map(({ side, text }, i) => (
        // A line has no identity but its place.
        // oxlint-disable-next-line react/no-array-index-key
        <div key={i} style={{ background: MARKS[side].background }}>
          <span aria-hidden>{MARKS[side].sign} </span>
          <span className="mantine-visually-hidden">{MARKS[side].said}</span>
          {text}
        </div>
      ))}
    </Box>
  );
}
