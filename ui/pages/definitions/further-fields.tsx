import {
  NumberInput,
  Select,
  SimpleGrid,
  Stack,
  Switch,
  TagsInput,
  Text,
  TextInput,
} from '@mantine/core';
import { ClusterSelect } from '../../parts/cluster-select.tsx';
import type { DefinitionForm } from './use-definition-form.ts';

/** What few definitions need. */
export function FurtherFields({ form }: { form: DefinitionForm }) {
  return (
    <Stack gap="md">
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
        <ClusterSelect
          label="Cluster"
          description="where it runs, unless a launch says another"
          placeholder="any"
          {...form.getInputProps('target_cluster')}
        />
        <NumberInput
          label="Ephemeral storage"
          description="on the disk of its host"
          suffix=" MB"
          allowDecimal={false}
          allowNegative={false}
          {...form.getInputProps('ephemeral_storage_mb')}
        />
        <TagsInput
          label="Ports"
          description="that its container listens on"
          splitChars={[',', ' ']}
          {...form.getInputProps('ports')}
        />
        <TextInput
          label="Task type"
          description="a word of your own, kept with it"
          {...form.getInputProps('task_type')}
        />
      </SimpleGrid>
      <Switch
        label="Adapt CPU and memory to what earlier runs needed"
        checked={form.values.adaptive_resource_allocation === true}
        onChange={(event) =>
          form.setFieldValue('adaptive_resource_allocation', event.currentTarget.checked)
        }
        error={form.errors['adaptive_resource_allocation']}
      />
      <Switch
        label="Needs Docker within its container"
        {...form.getInputProps('requires_docker', { type: 'checkbox' })}
      />
    </Stack>
  );
}

const CHOICES = [
  { value: 'default', label: 'as the server is configured' },
  { value: 'yes', label: 'yes' },
  { value: 'no', label: 'no' },
];

/** When an attempt that failed is made again. */
export function RetryFields({ form }: { form: DefinitionForm }) {
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        What is left empty is as the server is configured.
      </Text>
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
        <NumberInput
          label="Attempts at most"
          description="the first included"
          allowDecimal={false}
          allowNegative={false}
          {...form.getInputProps('retry_policy.max_attempts')}
        />
        <NumberInput
          label="Wait before the second"
          description="doubled for each later one"
          suffix=" s"
          allowDecimal={false}
          allowNegative={false}
          {...form.getInputProps('retry_policy.backoff_seconds')}
        />
        <TagsInput
          label="Exit codes that deserve another attempt"
          splitChars={[',', ' ']}
          {...form.getInputProps('retry_policy.exit_codes')}
        />
        <Select
          label="When the outcome cannot be known"
          data={CHOICES}
          allowDeselect={false}
          {...form.getInputProps('retry_policy.retry_on_unknown')}
        />
        <Select
          label="When it was killed for memory"
          data={CHOICES}
          allowDeselect={false}
          {...form.getInputProps('retry_policy.retry_on_oom')}
        />
        <NumberInput
          label="Memory is then multiplied by"
          decimalScale={2}
          step={0.5}
          allowNegative={false}
          {...form.getInputProps('retry_policy.oom_memory_factor')}
        />
      </SimpleGrid>
    </Stack>
  );
}
