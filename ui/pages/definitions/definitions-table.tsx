import { ActionIcon, Anchor, Badge, Group, Menu, Table, Text } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../../client/client.ts';
import { LaunchButton } from '../../parts/launch-button.tsx';
import { searchOf } from '../../parts/search-of.ts';
import { paths } from '../../paths.ts';
import { LastResult } from './last-result.tsx';

/** A row a definition; what matters least goes first where it is narrow. */
export function DefinitionsTable({ definitions }: { definitions: Schemas['ListedDefinition'][] }) {
  return (
    <Table highlightOnHover verticalSpacing={6} horizontalSpacing="xs" aria-label="Tasks">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Alias</Table.Th>
          <Table.Th visibleFrom="sm">Group</Table.Th>
          <Table.Th visibleFrom="md">Image</Table.Th>
          <Table.Th visibleFrom="lg">Tags</Table.Th>
          <Table.Th>Last run</Table.Th>
          <Table.Th w={84} aria-label="Actions" />
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {definitions.map((definition) => (
          <Row key={definition.definition_id} definition={definition} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Row({ definition }: { definition: Schemas['ListedDefinition'] }) {
  const { definition_id: id, alias, group_name: group, image, tags } = definition;
  return (
    <Table.Tr>
      <Table.Td style={{ overflowWrap: 'anywhere' }}>
        <Anchor component={Link} to={paths.definition(id)} size="sm" fw={500}>
          {alias}
        </Anchor>
        <Text size="xs" c="dimmed" hiddenFrom="sm">
          {group}
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <Anchor
          component={Link}
          to={paths.definitions()}
          search={searchOf({ group_name: group })}
          size="sm"
          c="dimmed"
        >
          {group}
        </Anchor>
      </Table.Td>
      <Table.Td visibleFrom="md" maw={280}>
        <Text size="sm" ff="monospace" truncate title={image}>
          {image}
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="lg">
        <Tags tags={tags} />
      </Table.Td>
      <Table.Td>
        <LastResult run={definition.last_run ?? null} />
      </Table.Td>
      <Table.Td>
        <Group gap={4} wrap="nowrap" justify="flex-end">
          <LaunchButton definition={definition} compact />
          <More definition={definition} />
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}

/** The words that a definition is found by. */
export function Tags({ tags }: { tags: string[] }) {
  return (
    <Group gap={4}>
      {tags.map((tag) => (
        <Badge key={tag} variant="default" size="sm" radius="sm" tt="none" fw={400}>
          {tag}
        </Badge>
      ))}
    </Group>
  );
}

function More({ definition }: { definition: Schemas['Definition'] }) {
  const { definition_id: id, alias } = definition;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={`More for ${alias}`}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component={Link} to={paths.launch(id)}>
          Launch with changes
        </Menu.Item>
        <Menu.Item component={Link} to={paths.runs()} search={searchOf({ definition_id: id })}>
          Its runs
        </Menu.Item>
        <Menu.Item component={Link} to={paths.editDefinition(id)}>
          Edit
        </Menu.Item>
        <Menu.Item component={Link} to={paths.copyDefinition(id)}>
          Copy
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
