import { Anchor, Button, Code, Grid, Group, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import type { Schemas } from '../../../client/client.ts';
import { answerOf, api } from '../../api/client.ts';
import { runsOfTemplateQuery, templateQuery } from '../../api/template-queries.ts';
import { Fact, Facts } from '../../parts/fact.tsx';
import { messageOf } from '../../parts/message.ts';
import { cpuText, memoryText } from '../../parts/number-text.ts';
import { RecentRuns } from '../../parts/recent-runs.tsx';
import { searchOf } from '../../parts/search-of.ts';
import { Failure, Loading } from '../../parts/states.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { Ago, Duration } from '../../parts/time.tsx';
import { paths } from '../../paths.ts';
import { Appearance } from './appearance.tsx';
import { TemplateAvatar } from './template-avatar.tsx';
import { TemplateVersions } from './template-versions.tsx';

const LISTED = 10;
const LOOK_AGAIN_MS = 3_000;

/** A version of a template: what it is, its runs, and its other versions. */
export function TemplatePage() {
  const { templateId } = useParams({ from: '/templates/$templateId' });
  const { data, error, refetch } = useQuery(templateQuery(templateId));
  useDocumentTitle(`${data?.template_name ?? 'Template'} · Flotilla`);
  if (data === undefined)
    return error === null ? (
      <Loading what="the template" />
    ) : (
      <Failure error={error} onRetry={() => void refetch()} />
    );
  return (
    <>
      <Head template={data} />
      <Grid mt="md" gap="xl">
        <Grid.Col span={{ base: 12, lg: 6 }}>
          <TemplateFacts template={data} />
          <TemplateVersions key={templateId} template={data} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 6 }}>
          <TemplateRuns templateId={templateId} />
        </Grid.Col>
      </Grid>
    </>
  );
}

function Head({ template }: { template: Schemas['Template'] }) {
  const { template_id: id, template_name: name, version, description } = template;
  return (
    <Group justify="space-between" align="flex-start" gap="sm">
      <Group gap="sm" wrap="nowrap" style={{ minWidth: 0 }}>
        <TemplateAvatar name={name} uri={template.avatar_uri} size={48} />
        <div style={{ minWidth: 0 }}>
          <Title order={1} size="h3" style={{ overflowWrap: 'anywhere' }}>
            {name}
          </Title>
          <Text size="sm" c="dimmed">
            version {version}
          </Text>
          <Text size="sm">{description}</Text>
        </div>
      </Group>
      <Group gap="xs">
        <Button component={Link} to={paths.launchTemplate(id)}>
          Launch
        </Button>
        <Button
          variant="default"
          component={Link}
          to={paths.newTemplate()}
          search={searchOf({ from: id })}
        >
          New version
        </Button>
        <Appearance template={template} />
        <Remove template={template} />
      </Group>
    </Group>
  );
}

function Remove({ template }: { template: Schemas['Template'] }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const remove = useMutation({
    mutationFn: () =>
      answerOf(
        api.DELETE('/api/v8/templates/{template_id}', {
          params: { path: { template_id: template.template_id } },
        }),
      ),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['templates'] });
      await navigate({ to: paths.templates() });
    },
    onError: (error) =>
      notifications.show({ color: 'red', title: 'Not deleted', message: messageOf(error) }),
  });
  return (
    <Button
      variant="subtle"
      color="red"
      loading={remove.isPending}
      onClick={() => remove.mutate()}
      title="Only a version without runs can be deleted"
    >
      Delete version
    </Button>
  );
}

function TemplateFacts({ template }: { template: Schemas['Template'] }) {
  return (
    <Stack gap="md">
      <Facts label="What it is">
        <Fact name="Image">
          <Code>{template.image}</Code>
        </Fact>
        <Fact name="Memory">{memoryText(template.memory_mb)}</Fact>
        <Fact name="CPU">{cpuText(template.cpu_millicores)}</Fact>
        <Fact name="GPUs">{template.gpu === 0 ? null : template.gpu}</Fact>
        <Fact name="Environment">{template.env.map(({ name }) => name).join(', ')}</Fact>
      </Facts>
      <Source title="Command template" text={template.command_template} />
      <Source title="Schema" text={JSON.stringify(template.schema, null, 2)} />
      <Source title="Defaults" text={JSON.stringify(template.defaults, null, 2)} />
    </Stack>
  );
}

function Source({ title, text }: { title: string; text: string }) {
  return (
    <section>
      <Title order={2} size="h6" mb={4}>
        {title}
      </Title>
      <Code
        block
        tabIndex={0}
        role="group"
        aria-label={title}
        mah={320}
        style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', overflowY: 'auto' }}
      >
        {text}
      </Code>
    </section>
  );
}

function TemplateRuns({ templateId }: { templateId: string }) {
  const query = useQuery({
    ...runsOfTemplateQuery(templateId, LISTED),
    refetchInterval: LOOK_AGAIN_MS,
  });
  return (
    <RecentRuns
      query={query}
      all={{ alias_contains: templateId }}
      empty="This version has not been launched yet."
    >
      {(runs) =>
        runs.map((run) => (
          <Group key={run.run_id} gap="sm">
            <Anchor
              component={Link}
              to={paths.run(run.run_id)}
              underline="never"
              aria-label={`Run ${run.run_id}`}
            >
              <StatusBadge run={run} />
            </Anchor>
            <Text size="sm">{run.owner}</Text>
            <Text size="sm" c="dimmed">
              <Ago at={run.queued_at} />
            </Text>
            <Text size="sm">
              <Duration from={run.started_at} to={run.finished_at} />
            </Text>
          </Group>
        ))
      }
    </RecentRuns>
  );
}
