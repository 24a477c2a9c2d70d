import {
  Anchor,
  Button,
  Grid,
  Group,
  SimpleGrid,
  Stack,
  Text,
  TextInput,
  Title,
} from '@mantine/core';
import { useDebouncedValue, useDocumentTitle } from '@mantine/hooks';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import type { Schemas } from '../../../client/client.ts';
import { useAbout } from '../../api/about.ts';
import { api } from '../../api/client.ts';
import { previewQuery, templateQuery } from '../../api/template-queries.ts';
import { ClusterSelect } from '../../parts/cluster-select.tsx';
import { lastOwner } from '../../parts/owner.ts';
import { RefusalText } from '../../parts/refusal-text.tsx';
import { Failure, Loading } from '../../parts/states.tsx';
import { useLaunchFrom } from '../../parts/use-launch-from.ts';
import { useLaunchOnce } from '../../parts/use-launch.ts';
import { paths } from '../../paths.ts';
import { Rendered } from './rendered.tsx';

const SchemaForm = lazy(async () => ({
  default: (await import('./schema-form.tsx')).SchemaForm,
}));

const TYPING_MS = 300;
type Payload = Record<string, unknown>;

/** A form made of a template's schema, with the command that it gives; like a run when the address says `from`. */
export function TemplateLaunchPage() {
  const { templateId } = useParams({ from: '/templates/$templateId/launch' });
  const { from: said } = useSearch({ from: '/templates/$templateId/launch' });
  const template = useQuery({ ...templateQuery(templateId), refetchOnWindowFocus: false });
  const about = useAbout();
  const { run, isPending } = useLaunchFrom(said);
  useDocumentTitle(`Launch ${template.data?.template_name ?? ''} · Flotilla`);
  if (template.error !== null && template.data === undefined)
    return <Failure error={template.error} onRetry={() => void template.refetch()} />;
  if (template.data === undefined || about.isPending || isPending)
    return <Loading what="the form" />;
  const begin = run?.template_payload ?? template.data.defaults;
  const owner = about.data?.caller ?? lastOwner() ?? run?.owner ?? '';
  return (
    <>
      <Title order={1} size="h3" mb="md" style={{ overflowWrap: 'anywhere' }}>
        Launch{' '}
        <Anchor component={Link} to={paths.template(templateId)} inherit underline="always">
          {template.data.template_name}
        </Anchor>{' '}
        <Text span size="sm" c="dimmed">
          version {template.data.version}
        </Text>
      </Title>
      <LaunchForm template={template.data} begin={begin} owner={owner} />
    </>
  );
}

interface LaunchFormProps {
  template: Schemas['Template'];
  begin: Payload;
  owner: string;
}

function LaunchForm({ template, begin, owner: firstOwner }: LaunchFormProps) {
  const [payload, setPayload] = useState<Payload>(begin);
  const [owner, setOwner] = useState(firstOwner);
  const [cluster, setCluster] = useState<string | null>(null);
  const [settled] = useDebouncedValue(payload, TYPING_MS);
  const preview = useQuery({
    ...previewQuery(template.template_id, settled),
    placeholderData: keepPreviousData,
    retry: false,
  });
  const launch = useTemplateLaunch(template.template_id);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        launch.mutate({
          payload,
          owner: owner.trim(),
          ...(cluster === null ? {} : { cluster }),
        });
      }}
    >
      <Grid gap="xl">
        <Grid.Col span={{ base: 12, lg: 6 }}>
          <Stack gap="md">
            <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
              <TextInput
                label="Owner"
                required
                value={owner}
                onChange={(event) => setOwner(event.currentTarget.value)}
              />
              <ClusterSelect
                label="Cluster"
                placeholder="as the server chooses"
                value={cluster}
                onChange={setCluster}
              />
            </SimpleGrid>
            <Suspense fallback={<Loading what="the fields" />}>
              <SchemaForm
                schema={template.schema}
                value={payload}
                onChange={setPayload}
                violations={preview.data?.violations ?? []}
              />
            </Suspense>
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 6 }}>
          <Stack gap="md">
            <Rendered
              preview={preview.data}
              error={preview.error}
              busy={preview.isFetching || settled !== payload}
            />
            <Group>
              <Button type="submit" loading={launch.isPending}>
                Launch
              </Button>
              <Button variant="subtle" component={Link} to={paths.template(template.template_id)}>
                Cancel
              </Button>
            </Group>
            <RefusalText error={launch.error} />
          </Stack>
        </Grid.Col>
      </Grid>
    </form>
  );
}

function useTemplateLaunch(templateId: string) {
  const send = useLaunchOnce((body: Schemas['TemplateLaunch']) =>
    api.POST('/api/v8/templates/{template_id}/runs', {
      params: { path: { template_id: templateId } },
      body,
    }),
  );
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (body: { payload: Payload; owner: string; cluster?: string }) => send(body),
    onSuccess: async (run) => {
      await client.invalidateQueries({ queryKey: ['runs-of-template'] });
      await navigate({ to: paths.run(run.run_id) });
    },
  });
}
