import {
  ActionIcon,
  Anchor,
  Badge,
  Group,
  Menu,
  Progress,
  Stack,
  Table,
  Text,
} from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../../client/client.ts';
import { searchOf } from '../../parts/search-of.ts';
import { Ago } from '../../parts/time.tsx';
import { useNow } from '../../parts/use-now.ts';
import { paths } from '../../paths.ts';
import { contactOf } from './contact.ts';

type Cluster = Schemas['Cluster'];

export interface ClustersTableProps {
  clusters: Cluster[];
  onChange: (cluster: Cluster) => void;
  onForget: (cluster: Cluster) => void;
}

export function ClustersTable({ clusters, onChange, onForget }: ClustersTableProps) {
  return (
    <Table verticalSpacing="xs" horizontalSpacing={6} highlightOnHover aria-label="Clusters">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Cluster</Table.Th>
          <Table.Th>Contact</Table.Th>
          <Table.Th>Open runs</Table.Th>
          <Table.Th visibleFrom="md">Where</Table.Th>
          <Table.Th w={44} aria-label="Actions" />
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {clusters.map((cluster) => (
          <Table.Tr key={cluster.cluster_id}>
            <Table.Td style={{ overflowWrap: 'anywhere' }}>
              <Name cluster={cluster} />
            </Table.Td>
            <Table.Td>
              <ContactCell cluster={cluster} />
            </Table.Td>
            <Table.Td>
              <Load cluster={cluster} />
            </Table.Td>
            <Table.Td visibleFrom="md">
              <Where cluster={cluster} />
            </Table.Td>
            <Table.Td>
              <Menu position="bottom-end">
                <Menu.Target>
                  <ActionIcon variant="subtle" color="gray" aria-label={`More for ${cluster.name}`}>
                    <IconDots size={16} />
                  </ActionIcon>
                </Menu.Target>
                <Menu.Dropdown>
                  <Menu.Item onClick={() => onChange(cluster)}>Change</Menu.Item>
                  <Menu.Item color="red" onClick={() => onForget(cluster)}>
                    Forget
                  </Menu.Item>
                </Menu.Dropdown>
              </Menu>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Name({ cluster: { name, engine, status, status_reason } }: { cluster: Cluster }) {
  return (
    <Stack gap={2}>
      <Group gap={6}>
        <Text size="sm" fw={500}>
          {name}
        </Text>
        <Badge variant="default" size="sm" radius="sm" tt="none" fw={400}>
          {engine}
        </Badge>
        {status === 'active' ? null : (
          <Badge
            color={status === 'offline' ? 'red' : 'yellow'}
            miw="max-content"
            size="sm"
            variant="light"
            tt="none"
          >
            {status}
          </Badge>
        )}
      </Group>
      {status_reason === null || status_reason === '' || status === 'active' ? null : (
        <Text size="xs" c="dimmed">
          {status_reason}
        </Text>
      )}
    </Stack>
  );
}

function ContactCell({ cluster }: { cluster: Cluster }) {
  const { word, color, at, error } = contactOf(cluster, useNow(true));
  return (
    <Stack gap={2} align="flex-start">
      <Badge color={color} variant="light" size="sm" radius="sm" tt="none">
        {word}
      </Badge>
      {at === null ? null : (
        <Text size="xs" c="dimmed" component="span">
          <Ago at={at} />
        </Text>
      )}
      {error === null ? null : (
        <Text size="xs" c="red" maw={360} lineClamp={3} title={error}>
          {error}
        </Text>
      )}
    </Stack>
  );
}

function Load({ cluster: { name, running, queued, slot_limit: limit } }: { cluster: Cluster }) {
  const there = limit === null ? `${running} running` : `${running} of ${limit} running`;
  return (
    <Stack gap={4} miw={70} maw={220}>
      <Group gap="xs">
        <RunsOf cluster={name} statuses="PENDING,RUNNING" text={there} />
        {queued === 0 ? null : (
          <RunsOf cluster={name} statuses="QUEUED,NEEDS_RETRY" text={`${queued} waiting`} />
        )}
      </Group>
      {limit === null || limit === 0 ? null : (
        <Progress value={(100 * running) / limit} size="sm" aria-label={`${name}: ${there}`} />
      )}
    </Stack>
  );
}

function RunsOf({ cluster, statuses, text }: { cluster: string; statuses: string; text: string }) {
  return (
    <Anchor
      component={Link}
      to={paths.runs()}
      search={searchOf({ cluster, status: statuses })}
      size="sm"
    >
      {text}
    </Anchor>
  );
}

function Where({ cluster }: { cluster: Cluster }) {
  const { region, namespace, version, allowed_tiers: tiers, capabilities } = cluster;
  const lines = [
    [region, namespace].filter((text) => text !== '').join(' / '),
    version ?? '',
    tiers.length === 0 ? '' : `tiers ${tiers.join(', ')}`,
    capabilities.length === 0 ? '' : `can ${capabilities.join(', ')}`,
  ].filter((line) => line !== '');
  return (
    <>
      {lines.map((line) => (
        <Text key={line} size="xs" c="dimmed">
          {line}
        </Text>
      ))}
    </>
  );
}
