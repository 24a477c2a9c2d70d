import { Alert, Anchor, Group, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams, useSearch } from '@tanstack/react-router';
import { useAbout } from '../../api/about.ts';
import { definitionQuery } from '../../api/definition-queries.ts';
import { messageOf } from '../../parts/message.ts';
import { lastOwner } from '../../parts/owner.ts';
import { Failure, Loading } from '../../parts/states.tsx';
import { useLaunchFrom } from '../../parts/use-launch-from.ts';
import { paths } from '../../paths.ts';
import { LaunchForm } from './launch-form.tsx';
import { valuesOfDefinition, valuesOfRun } from './launch-values.ts';

/** A launch with changes, beginning with the definition, or with a run when the address says `from`. */
export function LaunchPage() {
  const { definitionId } = useParams({ from: '/tasks/$definitionId/launch' });
  const { from: said } = useSearch({ from: '/tasks/$definitionId/launch' });
  // A form begins with what there is at that moment: it must not change under somebody's hands.
  const definition = useQuery({ ...definitionQuery(definitionId), refetchOnWindowFocus: false });
  const about = useAbout();
  const { from, run, error, isPending } = useLaunchFrom(said);
  useDocumentTitle(`Launch ${definition.data?.alias ?? ''} · Flotilla`);
  if (definition.data === undefined)
    return definition.error === null ? (
      <Loading what="the task" />
    ) : (
      <Failure error={definition.error} onRetry={() => void definition.refetch()} />
    );
  if (about.isPending || isPending) return <Loading what="the form" />;
  const begin =
    run === undefined ? valuesOfDefinition(definition.data) : valuesOfRun(definition.data, run);
  const owner = about.data?.caller ?? lastOwner() ?? begin.owner;
  return (
    <>
      <Head definitionId={definitionId} alias={definition.data.alias} from={from} />
      {error === null ? null : (
        <Alert color="yellow" mb="md" role="alert" title="The run to begin with could not be had">
          {messageOf(error)}
        </Alert>
      )}
      <LaunchForm definition={definition.data} initial={{ ...begin, owner }} />
    </>
  );
}

interface HeadProps {
  definitionId: string;
  alias: string;
  from: string | null;
}

function Head({ definitionId, alias, from }: HeadProps) {
  return (
    <Group mb="md" gap="sm" align="baseline">
      <Title order={1} size="h3" style={{ overflowWrap: 'anywhere' }}>
        Launch{' '}
        <Anchor component={Link} to={paths.definition(definitionId)} inherit>
          {alias}
        </Anchor>
      </Title>
      {from === null ? null : (
        <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          as run{' '}
          <Anchor component={Link} to={paths.run(from)} inherit>
            {from}
          </Anchor>{' '}
          was
        </Text>
      )}
    </Group>
  );
}
