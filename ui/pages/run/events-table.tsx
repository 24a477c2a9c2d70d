import { Badge, Table, Text } from '@mantine/core';
import type { Schemas } from '../../../client/client.ts';
import { Empty } from '../../parts/states.tsx';
import { clockText } from './clock-text.ts';

/** What the cluster said of the run's jobs, the latest first. */
export function EventsTable({ events }: { events: Schemas['Event'][] }) {
  if (events.length === 0) return <Empty>The cluster has said nothing of this run.</Empty>;
  return (
    <Table.ScrollContainer minWidth={520}>
      <Table verticalSpacing={4} aria-label="Events">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Time</Table.Th>
            <Table.Th>Type</Table.Th>
            <Table.Th>Reason</Table.Th>
            <Table.Th>Message</Table.Th>
            <Table.Th>Attempt</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {events.map((event) => (
            <Table.Tr key={event.uid}>
              <Table.Td style={{ whiteSpace: 'nowrap' }}>
                {event.at === null ? '' : clockText(event.at)}
              </Table.Td>
              <Table.Td>
                <Badge
                  size="sm"
                  radius="sm"
                  tt="none"
                  variant="light"
                  color={event.type === 'Warning' ? 'orange' : 'gray'}
                >
                  {event.type}
                </Badge>
              </Table.Td>
              <Table.Td>
                {event.reason}
                {event.count > 1 ? (
                  <Text span size="xs" c="dimmed">
                    {' '}
                    ×{event.count}
                  </Text>
                ) : null}
              </Table.Td>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>
                {event.message}
                <Text span size="xs" c="dimmed">
                  {' '}
                  {event.source}
                </Text>
              </Table.Td>
              <Table.Td>{event.attempt}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
