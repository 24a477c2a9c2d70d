import {
  Anchor,
  Button,
  Grid,
  Group,
  JsonInput,
  NumberInput,
  SimpleGrid,
  Stack,
  Text,
  TextInput,
  Title,
} from '@mantine/core';
import { useDebouncedValue, useDocumentTitle } from '@mantine/hooks';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import type { Schemas } from '../../../client/client.ts';
import { answerOf, api, ApiError } from '../../api/client.ts';
import { templateQuery } from '../../api/template-queries.ts';
import { CommandEditor } from '../../parts/command-editor.tsx';
import { EnvEditor } from '../../parts/env-editor.tsx';
import { RefusalText } from '../../parts/refusal-text.tsx';
import { Failure, Loading } from '../../parts/states.tsx';
import { paths } from '../../paths.ts';
import { AvatarInput } from './avatar-input.tsx';
import { Rendered } from './rendered.tsx';
import {
  bodyOf,
  draftOf,
  EMPTY_VALUES,
  faultsOf,
  valuesOf,
  type TemplateValues,
} from './template-values.ts';

const TYPING_MS = 400;

/** A new template; or a new version of the one that the address names as `from`. */
export function NewTemplatePage() {
  const { from: said } = useSearch({ from: '/templates/new' });
  const from = typeof said === 'string' ? said : null;
  const template = useQuery({
    ...templateQuery(from ?? ''),
    enabled: from !== null,
    refetchOnWindowFocus: false,
  });
  useDocumentTitle('New template · Flotilla');
  if (from === null) return <TemplateForm initial={EMPTY_VALUES} of={null} />;
  if (template.data !== undefined)
    return <TemplateForm initial={valuesOf(template.data)} of={template.data} />;
  return template.error === null ? (
    <Loading what="the template" />
  ) : (
    <Failure error={template.error} onRetry={() => void template.refetch()} />
  );
}

interface TemplateFormProps {
  initial: TemplateValues;
  of: Schemas['Template'] | null;
}

function TemplateForm({ initial, of }: TemplateFormProps) {
  const [values, setValues] = useState(initial);
  const [asked, setAsked] = useState(false);
  const faults = faultsOf(values);
  const client = useQueryClient();
  const navigate = useNavigate();
  const create = useMutation({
    mutationFn: (body: Schemas['NewTemplate']) => answerOf(api.POST('/api/v8/templates', { body })),
    onSuccess: async ({ template }) => {
      await client.invalidateQueries({ queryKey: ['templates'] });
      await client.invalidateQueries({ queryKey: ['template'] });
      await navigate({ to: paths.template(template.template_id) });
    },
  });
  const refused =
    create.error instanceof ApiError ? create.error.fields : new Map<string, string>();
  const errorOf = (field: keyof TemplateValues, sent: string = field): string | undefined =>
    (asked ? faults[field] : undefined) ?? refused.get(sent);
  const set = (change: Partial<TemplateValues>): void => setValues({ ...values, ...change });
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setAsked(true);
        if (Object.keys(faults).length === 0) create.mutate(bodyOf(values, of));
      }}
    >
      <Title order={1} size="h3" mb="md">
        {of === null ? 'New template' : `New version of ${of.template_name}`}
      </Title>
      <Grid gap="xl">
        <Grid.Col span={{ base: 12, lg: 6 }}>
          <Stack gap="sm">
            <TextInput
              label="Name"
              required
              disabled={of !== null}
              value={values.template_name}
              error={errorOf('template_name')}
              onChange={(event) => set({ template_name: event.currentTarget.value })}
            />
            <TextInput
              label="Description"
              value={values.description}
              onChange={(event) => set({ description: event.currentTarget.value })}
            />
            <AvatarInput
              value={values.avatar_uri}
              error={errorOf('avatar_uri')}
              onChange={(avatar_uri) => set({ avatar_uri })}
            />
            <TextInput
              label="Image"
              required
              value={values.image}
              error={errorOf('image')}
              onChange={(event) => set({ image: event.currentTarget.value })}
            />
            <SimpleGrid cols={3} spacing="sm">
              <NumberInput
                label="Memory"
                suffix=" MB"
                min={1}
                allowDecimal={false}
                value={values.memory_mb}
                error={errorOf('memory_mb')}
                onChange={(memory_mb) => set({ memory_mb })}
              />
              <NumberInput
                label="CPU"
                suffix=" m"
                min={1}
                allowDecimal={false}
                value={values.cpu_millicores}
                error={errorOf('cpu_millicores')}
                onChange={(cpu_millicores) => set({ cpu_millicores })}
              />
              <NumberInput
                label="GPUs"
                min={0}
                allowDecimal={false}
                value={values.gpu}
                error={errorOf('gpu')}
                onChange={(gpu) => set({ gpu })}
              />
            </SimpleGrid>
            <CommandEditor
              label="Command template"
              description="Go's text/template with the functions of sprig, such as {{ .name | quote }}"
              value={values.command_template}
              error={errorOf('command_template')}
              onChange={(command_template) => set({ command_template })}
            />
            <Json
              label="Schema"
              description="JSON Schema of what fills the gaps; it makes the form"
              value={values.schema}
              error={errorOf('schema')}
              onChange={(schema) => set({ schema })}
            />
            <Json
              label="Defaults"
              description="what need not be said"
              value={values.defaults}
              error={errorOf('defaults')}
              onChange={(defaults) => set({ defaults })}
            />
            <section aria-labelledby="environment">
              <Text size="sm" fw={500} mb={4} id="environment">
                Environment
              </Text>
              <EnvEditor
                rows={values.env}
                onChange={(env) => set({ env })}
                errors={Object.fromEntries(refused)}
                withSecrets
              />
            </section>
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 6 }}>
          <Stack gap="sm">
            <Json
              label="Try it with"
              description="a payload; it is not kept"
              value={values.payload}
              error={faults.payload}
              onChange={(payload) => set({ payload })}
            />
            <DraftPreview values={values} />
            <Group>
              <Button type="submit" loading={create.isPending}>
                {of === null ? 'Create' : 'Create the version'}
              </Button>
              <Anchor
                component={Link}
                to={of === null ? paths.templates() : paths.template(of.template_id)}
                size="sm"
              >
                Cancel
              </Anchor>
            </Group>
            <RefusalText error={create.error} />
          </Stack>
        </Grid.Col>
      </Grid>
    </form>
  );
}

interface JsonProps {
  label: string;
  description: string;
  value: string;
  error: string | undefined;
  onChange: (value: string) => void;
}

function Json({ error, ...props }: JsonProps) {
  return (
    <JsonInput
      autosize
      minRows={4}
      maxRows={16}
      formatOnBlur
      styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
      {...(error === undefined ? {} : { error })}
      {...props}
    />
  );
}

function DraftPreview({ values }: { values: TemplateValues }) {
  const [settled] = useDebouncedValue(values, TYPING_MS);
  const draft = draftOf(settled);
  const preview = useQuery({
    queryKey: ['template-draft', draft],
    queryFn: ({ signal }) =>
      answerOf(
        api.POST('/api/v8/template-previews', {
          body: draft ?? { schema: {}, command_template: '-' },
          signal,
        }),
      ),
    enabled: draft !== null,
    placeholderData: keepPreviousData,
    retry: false,
  });
  if (draft === null) return null;
  return <Rendered preview={preview.data} error={preview.error} busy={preview.isFetching} />;
}
