import { Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Schemas } from '../../../client/client.ts';
import { answerOf, api } from '../../api/client.ts';
import { definitionQuery } from '../../api/definition-queries.ts';
import { Failure, Loading } from '../../parts/states.tsx';
import { paths } from '../../paths.ts';
import { DefinitionForm } from './definition-form.tsx';
import {
  bodyOf,
  NEW_DEFINITION,
  patchOf,
  valuesOf,
  type DefinitionValues,
} from './definition-values.ts';

export function NewDefinitionPage() {
  const create = useCreate();
  const navigate = useNavigate();
  return (
    <Page title="New task">
      <DefinitionForm
        initial={NEW_DEFINITION}
        action="Create"
        onSave={create}
        onCancel={() => void navigate({ to: paths.definitions() })}
      />
    </Page>
  );
}

export function EditDefinitionPage() {
  const { definitionId } = useParams({ from: '/tasks/$definitionId/edit' });
  const saved = useSaved();
  const navigate = useNavigate();
  return (
    <WithDefinition id={definitionId} title={({ alias }) => `Edit ${alias}`}>
      {(definition) => (
        <DefinitionForm
          initial={valuesOf(definition)}
          action="Save"
          onCancel={() => void navigate({ to: paths.definition(definitionId) })}
          onSave={async (values) => {
            const body = patchOf(valuesOf(definition), values);
            const params = { path: { definition_id: definitionId } };
            const call = api.PATCH('/api/v8/definitions/{definition_id}', { params, body });
            await saved(await answerOf(call), 'saved');
          }}
        />
      )}
    </WithDefinition>
  );
}

export function CopyDefinitionPage() {
  const { definitionId } = useParams({ from: '/tasks/$definitionId/copy' });
  const create = useCreate();
  const navigate = useNavigate();
  return (
    <WithDefinition id={definitionId} title={({ alias }) => `Copy of ${alias}`}>
      {(definition) => (
        <DefinitionForm
          initial={{ ...valuesOf(definition), alias: `${definition.alias}-copy` }}
          action="Create"
          onSave={create}
          onCancel={() => void navigate({ to: paths.definition(definitionId) })}
        />
      )}
    </WithDefinition>
  );
}

function Page({ title, children }: { title: string; children: ReactNode }) {
  useDocumentTitle(`${title} · Flotilla`);
  return (
    <>
      <Title order={1} size="h3" mb="md">
        {title}
      </Title>
      {children}
    </>
  );
}

interface WithDefinitionProps {
  id: string;
  title: (definition: Schemas['Definition']) => string;
  children: (definition: Schemas['Definition']) => ReactNode;
}

/** A form begins with what there is at that moment: it must not change under somebody's hands. */
function WithDefinition({ id, title, children }: WithDefinitionProps) {
  const { data, error, refetch } = useQuery({
    ...definitionQuery(id),
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
    refetchOnMount: true,
  });
  if (data !== undefined) return <Page title={title(data)}>{children(data)}</Page>;
  if (error !== null) return <Failure error={error} onRetry={() => void refetch()} />;
  return <Loading what="the task" />;
}

function useCreate() {
  const saved = useSaved();
  return async (values: DefinitionValues): Promise<void> => {
    const call = api.POST('/api/v8/definitions', { body: bodyOf(values) });
    await saved(await answerOf(call), 'created');
  };
}

/** What is known of definitions is old then; goes to the one that was saved. */
function useSaved() {
  const client = useQueryClient();
  const navigate = useNavigate();
  return async (definition: Schemas['Definition'], what: string): Promise<void> => {
    const id = definition.definition_id;
    client.setQueryData(definitionQuery(id).queryKey, definition);
    void client.invalidateQueries({ queryKey: ['definitions'] });
    void client.invalidateQueries({ queryKey: ['definition', id, 'versions'] });
    notifications.show({ message: `${definition.alias} is ${what}.`, color: 'green' });
    await navigate({ to: paths.definition(id) });
  };
}
