import {
  ActionIcon,
  Button,
  Group,
  Input,
  NumberInput,
  Select,
  SimpleGrid,
  Stack,
  TextInput,
} from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { clustersQuery } from '../../api/cluster-queries.ts';
import type { LabelRow } from './launch-values.ts';
import type { LaunchFormState } from './use-launch-form.ts';

const WHOLE = { allowDecimal: false, allowNegative: false, min: 0 } as const;

/** What the run needs of its host. */
export function ResourceFields({ form }: { form: LaunchFormState }) {
  return (
    <SimpleGrid cols={{ base: 2, sm: 4 }} spacing="sm">
      <NumberInput
        label="Memory"
        suffix=" MB"
        step={256}
        {...WHOLE}
        {...form.getInputProps('memory_mb')}
      />
      <NumberInput
        label="CPU"
        suffix=" m"
        step={250}
        placeholder="1000 m is a core"
        {...WHOLE}
        {...form.getInputProps('cpu_millicores')}
      />
      <NumberInput label="GPUs" {...WHOLE} {...form.getInputProps('gpu')} />
      <TextInput label="Description" {...form.getInputProps('description')} />
    </SimpleGrid>
  );
}

/** What few launches need. */
export function FurtherLaunchFields({ form }: { form: LaunchFormState }) {
  const { data: clusters } = useQuery(clustersQuery);
  const engines = [...new Set((clusters ?? []).map(({ engine }) => engine))];
  const { engine } = form.values;
  return (
    <Stack gap="sm">
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
        <Select
          label="Engine"
          placeholder="the cluster's"
          clearable
          data={engine === null || engines.includes(engine) ? engines : [...engines, engine]}
          {...form.getInputProps('engine')}
        />
        <NumberInput
          label="Deadline"
          description="how long it may be running"
          suffix=" s"
          {...WHOLE}
          {...form.getInputProps('active_deadline_seconds')}
        />
        <Select
          label="Hosts"
          placeholder="as the server is configured"
          clearable
          data={[
            { value: 'ondemand', label: 'on demand' },
            { value: 'spot', label: 'spot' },
          ]}
          {...form.getInputProps('node_lifecycle')}
        />
        <NumberInput
          label="Ephemeral storage"
          suffix=" MB"
          {...WHOLE}
          {...form.getInputProps('ephemeral_storage_mb')}
        />
        <TextInput label="Architecture" {...form.getInputProps('arch')} />
        <TextInput label="Tier" {...form.getInputProps('tier')} />
        <TextInput label="Service account" {...form.getInputProps('service_account')} />
      </SimpleGrid>
      <Input.Wrapper label="Labels" labelElement="div" error={form.errors['labels']}>
        <Labels rows={form.values.labels} onChange={(rows) => form.setFieldValue('labels', rows)} />
      </Input.Wrapper>
    </Stack>
  );
}

interface LabelsProps {
  rows: LabelRow[];
  onChange: (rows: LabelRow[]) => void;
}

function Labels({ rows, onChange }: LabelsProps) {
  return (
    <Stack gap={6}>
      {rows.map((row, i) => (
        // A row has no identity but its place.
        // oxlint-disable-next-line react/no-array-index-key
        <Group key={i} gap={6} wrap="nowrap">
          <TextInput
            flex={1}
            size="xs"
            aria-label={`Name of label ${i + 1}`}
            placeholder="name"
            value={row.name}
            onChange={(event) =>
              onChange(rows.with(i, { ...row, name: event.currentTarget.value }))
            }
          />
          <TextInput
            flex={1}
            size="xs"
            aria-label={`Value of label ${i + 1}`}
            placeholder="value"
            value={row.value}
            onChange={(event) =>
              onChange(rows.with(i, { ...row, value: event.currentTarget.value }))
            }
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={`Remove label ${i + 1}`}
            onClick={() => onChange(rows.toSpliced(i, 1))}
          >
            <IconTrash size={16} stroke={1.6} />
          </ActionIcon>
        </Group>
      ))}
      <Group>
        <Button
          variant="light"
          size="compact-sm"
          leftSection={<IconPlus size={14} />}
          onClick={() => onChange([...rows, { name: '', value: '' }])}
        >
          Add label
        </Button>
      </Group>
    </Stack>
  );
}
