import { Anchor, Table, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Schemas } from '../../../client/client.ts';
import { placeOfFailure } from '../../parts/help-place.ts';
import { Empty } from '../../parts/states.tsx';
import { Duration } from '../../parts/time.tsx';
import { PodName } from './pod-name.tsx';
import { taskConsoleUrl } from './task-console.ts';

type Attempt = Schemas['Attempt'];

/** What each attempt asked for, was given and used, and how it ended. */
export function AttemptsTable({ attempts }: { attempts: Attempt[] }) {
  if (attempts.length === 0) return <Empty>No attempt was made yet.</Empty>;
  return (
    <Table.ScrollContainer minWidth={720}>
      <Table verticalSpacing={4} aria-label="Attempts">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Attempt</Table.Th>
            <Table.Th>Ran</Table.Th>
            <Table.Th>
              Memory (MB)
              <Small>asked / given / used</Small>
            </Table.Th>
            <Table.Th>
              CPU (millicores)
              <Small>asked / given / used</Small>
            </Table.Th>
            <Table.Th>Where</Table.Th>
            <Table.Th>Log</Table.Th>
            <Table.Th>End</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {attempts.map((one) => (
            <Row key={one.attempt} attempt={one} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Row({ attempt: one }: { attempt: Attempt }) {
  const memory = [one.asked_memory_mb, one.given_memory_mb, one.max_memory_used_mb];
  const cpu = [one.asked_cpu_millicores, one.given_cpu_millicores, one.max_cpu_used_millicores];
  return (
    <Table.Tr style={{ verticalAlign: 'top' }}>
      <Table.Td>{one.attempt}</Table.Td>
      <Table.Td>
        <Duration from={one.started_at} to={one.ended_at} />
      </Table.Td>
      <Table.Td>
        {amounts(memory)}
        <Small>{one.sizing}</Small>
      </Table.Td>
      <Table.Td>{amounts(cpu)}</Table.Td>
      <Table.Td style={{ overflowWrap: 'anywhere' }}>
        {one.cluster}
        <Small>{one.host}</Small>
        <PodName attempt={one} />
        <ExternalId id={one.external_id} />
      </Table.Td>
      <Table.Td>{logText(one)}</Table.Td>
      <Table.Td style={{ overflowWrap: 'anywhere' }}>
        <End attempt={one} />
        <Small>{one.exit_reason}</Small>
        <Small>{one.evidence === one.exit_reason ? null : one.evidence}</Small>
      </Table.Td>
    </Table.Tr>
  );
}

function Small({ children }: { children: ReactNode }) {
  if (children === null || children === '') return null;
  return (
    <Text size="xs" c="dimmed">
      {children}
    </Text>
  );
}

function ExternalId({ id }: { id: string | null }) {
  const url = taskConsoleUrl(id);
  if (url === null) return <Small>{id}</Small>;
  return (
    <Anchor href={url} target="_blank" rel="noreferrer" size="xs">
      {id}
    </Anchor>
  );
}

function amounts(values: (number | null)[]): string {
  return values.map((value) => value ?? '–').join(' / ');
}

function logText({ log_lines: lines, log_bytes: bytes }: Attempt): string {
  if (bytes === null) return '–';
  const size = bytes < 10_000 ? `${bytes} B` : `${(bytes / 1_000_000).toFixed(2)} MB`;
  return lines === null ? size : `${lines.toLocaleString()} lines, ${size}`;
}

function End({
  attempt: { state, exit_code: code, failure_class: failure },
}: {
  attempt: Attempt;
}) {
  if (state === 'intent') return 'to be launched';
  if (state === 'launched') return 'not over';
  const exit = code === null ? 'no exit code' : `exit code ${code}`;
  if (failure === null) return exit;
  return (
    <>
      {exit} (
      <Anchor component={Link} {...placeOfFailure(failure)} inherit>
        {failure}
      </Anchor>
      )
    </>
  );
}
