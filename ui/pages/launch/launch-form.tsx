import { Accordion, Button, Group, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { Schemas } from '../../../client/client.ts';
import { ClusterSelect } from '../../parts/cluster-select.tsx';
import { CommandEditor } from '../../parts/command-editor.tsx';
import { EnvEditor } from '../../parts/env-editor.tsx';
import { Refusals } from '../../parts/refusals.tsx';
import { SuggestingInput } from '../../parts/suggesting-input.tsx';
import { UnsavedGuard } from '../../parts/unsaved-guard.tsx';
import { paths } from '../../paths.ts';
import { FurtherLaunchFields, ResourceFields } from './launch-fields.tsx';
import { keptNames, type LaunchValues } from './launch-values.ts';
import { useLaunchForm } from './use-launch-form.ts';

export interface LaunchFormProps {
  definition: Schemas['Definition'];
  initial: LaunchValues;
}

const MORE = 'more';
const IN_MORE = [
  ...['engine', 'node_lifecycle', 'active_deadline_seconds', 'ephemeral_storage_mb', 'arch'],
  ...['tier', 'service_account', 'labels'],
];

/** What may be another for this run; the rest is the definition's. */
export function LaunchForm({ definition, initial }: LaunchFormProps) {
  const { form, submit, sending, messages, isUnsaved } = useLaunchForm(definition, initial);
  const navigate = useNavigate();
  const [chosen, setOpened] = useState<string[]>([]);
  const isAtFault = IN_MORE.some((key) => form.errors[key] !== undefined);
  const kept = keptNames(definition, form.values.env);
  const command = form.getInputProps('command');
  const cluster = form.getInputProps('cluster');
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <UnsavedGuard isUnsaved={isUnsaved} />
      <Stack gap="lg" maw={860}>
        <Refusals title="This could not be launched" messages={messages} />
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
          <SuggestingInput
            label="Owner"
            description="on whose behalf it runs"
            field="owner"
            withAsterisk
            {...form.getInputProps('owner')}
          />
          <ClusterSelect
            label="Cluster"
            description="where it runs"
            placeholder={definition.target_cluster ?? 'as the server is configured'}
            {...cluster}
            onChange={(name) => {
              form.setFieldValue('cluster', name);
              form.setFieldValue('engine', null);
            }}
          />
        </SimpleGrid>
        <section aria-labelledby="environment">
          <Title order={2} size="h5" mb="xs" id="environment">
            Environment
          </Title>
          <EnvEditor
            rows={form.values.env}
            onChange={(rows) => form.setFieldValue('env', rows)}
            errors={form.errors}
            withSecrets={false}
          />
          {kept.length === 0 ? null : (
            <Text size="xs" c="dimmed" mt="xs">
              As the task has them: {kept.join(', ')}. A launch can set a variable, but not take it
              away.
            </Text>
          )}
        </section>
        <CommandEditor
          label="Command"
          description={definition.command === null ? "empty: the image's own" : undefined}
          value={String(command.value)}
          onChange={command.onChange}
          error={command.error}
        />
        <ResourceFields form={form} />
        <Accordion
          multiple
          variant="separated"
          value={isAtFault ? [MORE] : chosen}
          onChange={setOpened}
        >
          <Accordion.Item value={MORE}>
            <Accordion.Control>Engine, deadline, labels and more</Accordion.Control>
            <Accordion.Panel>
              <FurtherLaunchFields form={form} />
            </Accordion.Panel>
          </Accordion.Item>
        </Accordion>
        <Group>
          <Button type="submit" loading={sending} leftSection={<IconPlayerPlay size={16} />}>
            Launch
          </Button>
          <Button
            variant="default"
            onClick={() => void navigate({ to: paths.definition(definition.definition_id) })}
          >
            Cancel
          </Button>
          {Object.keys(form.errors).length === 0 ? null : (
            <Text size="sm" c="red" role="alert">
              See the fields that are marked.
            </Text>
          )}
        </Group>
      </Stack>
    </form>
  );
}
