import { Table } from '@mantine/core';
import type { Schemas } from '../../../client/client.ts';
import { Empty } from '../../parts/states.tsx';
import { clockText } from './clock-text.ts';

/** Every step of a run's lifecycle, with who caused it and why. */
export function HistoryTable({ transitions }: { transitions: Schemas['Transition'][] }) {
  if (transitions.length === 0) return <Empty>Nothing is on record.</Empty>;
  return (
    <Table.ScrollContainer minWidth={520}>
      <Table verticalSpacing={4} aria-label="History">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Time</Table.Th>
            <Table.Th>Status</Table.Th>
            <Table.Th>Attempt</Table.Th>
            <Table.Th>By</Table.Th>
            <Table.Th>Why</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {transitions.map((one) => (
            <Table.Tr key={one.position}>
              <Table.Td style={{ whiteSpace: 'nowrap' }}>
                <time dateTime={one.at} title={one.at}>
                  {clockText(one.at)}
                </time>
              </Table.Td>
              <Table.Td>{one.status}</Table.Td>
              <Table.Td>{one.attempt === 0 ? '' : one.attempt}</Table.Td>
              <Table.Td>{one.actor}</Table.Td>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>
                {[...new Set([one.reason, one.evidence])]
                  .filter((text) => text !== null)
                  .join(' · ')}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
