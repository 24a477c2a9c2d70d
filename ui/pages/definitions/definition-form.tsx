import { Accordion, Button, Group, Stack, Text, Title } from '@mantine/core';
import { useRef, useState } from 'react';
import { EnvEditor } from '../../parts/env-editor.tsx';
import { Refusals } from '../../parts/refusals.tsx';
import { UnsavedGuard } from '../../parts/unsaved-guard.tsx';
import { NEW_DEFINITION, type DefinitionValues } from './definition-values.ts';
import { EssentialFields } from './essential-fields.tsx';
import { FurtherFields, RetryFields } from './further-fields.tsx';
import { useDefinitionForm } from './use-definition-form.ts';

export interface DefinitionFormProps {
  initial: DefinitionValues;
  /** Of the button that sends it. */
  action: string;
  /** Sends it and goes elsewhere; what it throws is shown. @throws ApiError, NoAnswer */
  onSave: (values: DefinitionValues) => Promise<void>;
  onCancel: () => void;
}

const MORE = 'more';
const RETRIES = 'retries';

/** One form to create, to change and to copy. What was typed stays whatever the server says. */
export function DefinitionForm({ initial, action, onSave, onCancel }: DefinitionFormProps) {
  const isSaved = useRef(false);
  const { form, submit, saving, messages } = useDefinitionForm(initial, async (values) => {
    isSaved.current = true;
    try {
      await onSave(values);
    } catch (error) {
      isSaved.current = false;
      throw error;
    }
  });
  const [chosen, setOpened] = useState(() => sectionsInUse(initial));
  const opened = [...new Set([...chosen, ...sectionsAtFault(form.errors)])];
  const faults = Object.keys(form.errors).length;
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <UnsavedGuard isUnsaved={() => !isSaved.current && form.isDirty()} />
      <Stack gap="lg" maw={860}>
        <Refusals title="This could not be saved" messages={messages} />
        <EssentialFields form={form} />
        <section aria-labelledby="environment">
          <Title order={2} size="h5" mb="xs" id="environment">
            Environment
          </Title>
          <EnvEditor
            rows={form.values.env}
            onChange={(rows) => form.setFieldValue('env', rows)}
            errors={form.errors}
            withSecrets
          />
        </section>
        <Accordion multiple variant="separated" value={opened} onChange={setOpened}>
          <Accordion.Item value={MORE}>
            <Accordion.Control>Where and how it runs</Accordion.Control>
            <Accordion.Panel>
              <FurtherFields form={form} />
            </Accordion.Panel>
          </Accordion.Item>
          <Accordion.Item value={RETRIES}>
            <Accordion.Control>Retries</Accordion.Control>
            <Accordion.Panel>
              <RetryFields form={form} />
            </Accordion.Panel>
          </Accordion.Item>
        </Accordion>
        <Group>
          <Button type="submit" loading={saving}>
            {action}
          </Button>
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          {faults === 0 ? null : (
            <Text size="sm" c="red" role="alert">
              {faults === 1 ? 'One field is at fault.' : `${faults} fields are at fault.`}
            </Text>
          )}
        </Group>
      </Stack>
    </form>
  );
}

const IN_MORE = [
  'target_cluster',
  'ephemeral_storage_mb',
  'ports',
  'task_type',
  'adaptive_resource_allocation',
  'requires_docker',
] as const;

/** Sections that say something already are open. */
function sectionsInUse(values: DefinitionValues): string[] {
  const differs = (key: keyof DefinitionValues): boolean =>
    JSON.stringify(values[key]) !== JSON.stringify(NEW_DEFINITION[key]);
  return [...(IN_MORE.some(differs) ? [MORE] : []), ...(differs('retry_policy') ? [RETRIES] : [])];
}

/** A message must not be hidden. */
function sectionsAtFault(errors: Readonly<Record<string, unknown>>): string[] {
  const paths = Object.keys(errors);
  return [
    ...(IN_MORE.some((key) => paths.includes(key)) ? [MORE] : []),
    ...(paths.some((path) => path.startsWith('retry_policy.')) ? [RETRIES] : []),
  ];
}
