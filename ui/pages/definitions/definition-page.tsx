import { Alert, Anchor, Button, Grid, Group, Text, Title } from '@mantine/core';
import { useDisclosure, useDocumentTitle } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams, useSearch } from '@tanstack/react-router';
import type { Schemas } from '../../../client/client.ts';
import { definitionQuery, versionQuery } from '../../api/definition-queries.ts';
import { LaunchButton } from '../../parts/launch-button.tsx';
import { Failure, Loading } from '../../parts/states.tsx';
import { searchOf } from '../../parts/search-of.ts';
import { paths } from '../../paths.ts';
import { DefinitionFacts } from './definition-facts.tsx';
import { DefinitionRuns } from './definition-runs.tsx';
import { Tags } from './definitions-table.tsx';
import { DeleteDialog } from './delete-dialog.tsx';
import { Versions } from './versions.tsx';

/** A definition: what it is, how its runs went, and what can be done with it. */
export function DefinitionPage() {
  const { definitionId } = useParams({ from: '/tasks/$definitionId' });
  const version = Number(useSearch({ from: '/tasks/$definitionId' })['version']);
  const { data, error, refetch } = useQuery(definitionQuery(definitionId));
  useDocumentTitle(`${data?.alias ?? 'Task'} · Flotilla`);
  if (data === undefined)
    return error === null ? (
      <Loading what="the task" />
    ) : (
      <Failure error={error} onRetry={() => void refetch()} />
    );
  return (
    <>
      <Head definition={data} />
      <Grid mt="md" gap="xl">
        <Grid.Col span={{ base: 12, lg: 6 }}>
          {Number.isInteger(version) && version !== data.version ? (
            <Earlier definition={data} version={version} />
          ) : (
            <DefinitionFacts body={data} />
          )}
          <Versions definition={data} shown={Number.isInteger(version) ? version : data.version} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 6 }}>
          <DefinitionRuns definitionId={definitionId} />
        </Grid.Col>
      </Grid>
    </>
  );
}

function Head({ definition }: { definition: Schemas['Definition'] }) {
  const { definition_id: id, alias, group_name: group, tags } = definition;
  const [deleting, { open, close }] = useDisclosure(false);
  return (
    <Group justify="space-between" align="flex-start" gap="sm">
      <div>
        <Title order={1} size="h3" style={{ overflowWrap: 'anywhere' }}>
          {alias}
        </Title>
        <Group gap="xs" mt={2}>
          {group === '' ? null : (
            <Anchor
              component={Link}
              to={paths.definitions()}
              search={searchOf({ group_name: group })}
              size="sm"
            >
              {group}
            </Anchor>
          )}
          <Tags tags={tags} />
        </Group>
      </div>
      <Group gap="xs">
        <LaunchButton definition={definition} />
        <Button variant="light" component={Link} to={paths.launch(id)}>
          Launch with changes
        </Button>
        <Button variant="default" component={Link} to={paths.editDefinition(id)}>
          Edit
        </Button>
        <Button variant="default" component={Link} to={paths.copyDefinition(id)}>
          Copy
        </Button>
        <Button variant="subtle" color="red" onClick={open}>
          Delete
        </Button>
      </Group>
      <DeleteDialog definition={definition} opened={deleting} onClose={close} />
    </Group>
  );
}

interface EarlierProps {
  definition: Schemas['Definition'];
  version: number;
}

/** What it was; where that differs from what it is now is marked. */
function Earlier({ definition, version }: EarlierProps) {
  const { data, error, refetch } = useQuery(versionQuery(definition.definition_id, version));
  if (data === undefined)
    return error === null ? (
      <Loading what="the version" />
    ) : (
      <Failure error={error} onRetry={() => void refetch()} />
    );
  return (
    <>
      <Alert color="yellow" mb="sm" title={`Version ${version}, not the one that is launched`}>
        <Text size="sm">
          What has changed since is marked.{' '}
          <Anchor component={Link} to={paths.definition(definition.definition_id)} size="sm">
            Show version {definition.version}
          </Anchor>
        </Text>
      </Alert>
      <DefinitionFacts body={data.body} now={definition} />
    </>
  );
}
