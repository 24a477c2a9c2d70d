import { NumberInput, SimpleGrid, Stack, TagsInput, TextInput } from '@mantine/core';
import { CommandEditor } from '../../parts/command-editor.tsx';
import { SuggestingInput } from '../../parts/suggesting-input.tsx';
import type { DefinitionForm } from './use-definition-form.ts';

/** What nearly every definition has: enough to launch it. */
export function EssentialFields({ form }: { form: DefinitionForm }) {
  const { value, onChange, error } = form.getInputProps('command');
  return (
    <Stack gap="sm">
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
        <TextInput
          label="Alias"
          description="its name: nobody else may have it"
          withAsterisk
          {...form.getInputProps('alias')}
        />
        <SuggestingInput
          label="Group"
          description="to find it by"
          field="group"
          {...form.getInputProps('group_name')}
        />
      </SimpleGrid>
      <SuggestingInput
        label="Image"
        withAsterisk
        field="image"
        placeholder="registry/name:tag"
        {...form.getInputProps('image')}
      />
      <CommandEditor
        label="Command"
        description="a shell script; its last exit code is the run's"
        value={String(value)}
        onChange={onChange}
        error={error}
      />
      <SimpleGrid cols={{ base: 2, sm: 4 }} spacing="sm">
        <NumberInput label="Memory" suffix=" MB" {...WHOLE} {...form.getInputProps('memory_mb')} />
        <NumberInput
          label="CPU"
          suffix=" m"
          placeholder="1000 m is a core"
          {...WHOLE}
          step={250}
          {...form.getInputProps('cpu_millicores')}
        />
        <NumberInput label="GPUs" {...WHOLE} step={1} {...form.getInputProps('gpu')} />
      </SimpleGrid>
      <TagsInput label="Tags" splitChars={[',', ' ']} {...form.getInputProps('tags')} />
    </Stack>
  );
}

const WHOLE = { allowDecimal: false, allowNegative: false, step: 256, min: 0 } as const;
