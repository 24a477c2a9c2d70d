import { Badge, Code, Stack, Table, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Schemas } from '../../../client/client.ts';
import { EnvValue } from '../../parts/env-value.tsx';
import { cpuText, memoryText } from '../../parts/number-text.ts';

type Body = Omit<Schemas['Definition'], 'definition_id' | 'version'>;

export interface DefinitionFactsProps {
  body: Body;
  /** What it is compared with, where it is an earlier version. */
  now?: Body;
}

/** Everything that a definition says; what it leaves open is left out. */
export function DefinitionFacts({ body, now }: DefinitionFactsProps) {
  const changed = (key: keyof Body): boolean =>
    now !== undefined && JSON.stringify(body[key]) !== JSON.stringify(now[key]);
  const fact = (key: keyof Body, label: string, value: ReactNode): ReactNode => {
    if (isNothing(body[key]) && !changed(key)) return null;
    return (
      <Table.Tr key={key}>
        <Table.Th w={150} fw={500} c="dimmed">
          {label} {changed(key) ? <Changed /> : null}
        </Table.Th>
        <Table.Td style={{ overflowWrap: 'anywhere' }}>
          {isNothing(body[key]) ? <Text size="sm">–</Text> : value}
        </Table.Td>
      </Table.Tr>
    );
  };
  return (
    <Stack gap="md">
      <Table verticalSpacing={4} horizontalSpacing="xs" aria-label="What it is">
        <Table.Tbody>
          {now === undefined ? null : fact('alias', 'Alias', body.alias)}
          {now === undefined ? null : fact('group_name', 'Group', body.group_name)}
          {now === undefined ? null : fact('tags', 'Tags', body.tags.join(', '))}
          {fact('image', 'Image', <Code>{body.image}</Code>)}
          {fact('memory_mb', 'Memory', memoryText(body.memory_mb))}
          {fact('cpu_millicores', 'CPU', cpuText(body.cpu_millicores))}
          {fact('gpu', 'GPUs', body.gpu)}
          {fact('ephemeral_storage_mb', 'Disk', memoryText(body.ephemeral_storage_mb))}
          {fact('target_cluster', 'Cluster', body.target_cluster)}
          {fact('ports', 'Ports', body.ports.join(', '))}
          {fact(
            'adaptive_resource_allocation',
            'Adaptive',
            'CPU and memory as earlier runs needed',
          )}
          {fact('requires_docker', 'Docker', 'needed within its container')}
          {fact('task_type', 'Task type', body.task_type)}
          {fact('retry_policy', 'Retries', retryText(body.retry_policy))}
        </Table.Tbody>
      </Table>
      <section>
        <Title order={2} size="h6" mb={4}>
          Command {changed('command') ? <Changed /> : null}
        </Title>
        {body.command === null ? (
          <Text size="sm" c="dimmed">
            The image's own.
          </Text>
        ) : (
          <Code block tabIndex={0} style={{ whiteSpace: 'pre-wrap' }}>
            {body.command}
          </Code>
        )}
      </section>
      <section>
        <Title order={2} size="h6" mb={4}>
          Environment {changed('env') ? <Changed /> : null}
        </Title>
        <Environment env={body.env} />
      </section>
    </Stack>
  );
}

function Changed() {
  return (
    <Badge size="xs" color="yellow" variant="light" tt="none">
      changed
    </Badge>
  );
}

function Environment({ env }: { env: Body['env'] }) {
  if (env.length === 0)
    return (
      <Text size="sm" c="dimmed">
        No variables.
      </Text>
    );
  return (
    <Table verticalSpacing={2} horizontalSpacing="xs" aria-label="Environment">
      <Table.Tbody>
        {env.map(({ name, value, secret }, i) => (
          // A name may come twice.
          // oxlint-disable-next-line react/no-array-index-key
          <Table.Tr key={`${name} ${i}`}>
            <Table.Td
              ff="monospace"
              fz="xs"
              w={150}
              style={{ verticalAlign: 'top', overflowWrap: 'anywhere' }}
            >
              {name}
            </Table.Td>
            <Table.Td
              ff="monospace"
              fz="xs"
              style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}
            >
              {secret === undefined ? (
                <EnvValue variable={{ name, value }} />
              ) : (
                <Text span size="xs" c="dimmed">
                  secret {secret.name}, key {secret.key}
                  {secret.optional === true ? ', optional' : ''}
                </Text>
              )}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function isNothing(value: unknown): boolean {
  return (
    value === null ||
    value === '' ||
    value === false ||
    (Array.isArray(value) && value.length === 0)
  );
}

function retryText(policy: Schemas['RetryPolicy']): string {
  if (policy === null) return '';
  const { max_attempts, backoff_seconds, exit_codes, retry_on_oom, oom_memory_factor } = policy;
  const parts = [
    max_attempts === undefined ? null : `${max_attempts} attempts at most`,
    backoff_seconds === undefined ? null : `after ${backoff_seconds} s`,
    exit_codes === undefined ? null : `on exit codes ${exit_codes.join(', ')}`,
    policy.retry_on_unknown === undefined
      ? null
      : `${policy.retry_on_unknown ? 'also' : 'not'} when the outcome cannot be known`,
    retry_on_oom === undefined ? null : `${retry_on_oom ? 'also' : 'not'} when killed for memory`,
    oom_memory_factor === undefined ? null : `then with ${oom_memory_factor} × the memory`,
  ];
  return parts.filter((part) => part !== null).join(', ');
}
