import { Anchor, Button, Card, Group, SimpleGrid, Text, TextInput, Title } from '@mantine/core';
import { useDebouncedValue, useDocumentTitle } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Schemas } from '../../../client/client.ts';
import { templatesQuery } from '../../api/template-queries.ts';
import { Empty, Failure, Loading } from '../../parts/states.tsx';
import { paths } from '../../paths.ts';
import { TemplateAvatar } from './template-avatar.tsx';

const TYPING_MS = 250;

/** Templates: the latest version of each. */
export function TemplatesPage() {
  useDocumentTitle('Templates · Flotilla');
  const [text, setText] = useState('');
  const [name] = useDebouncedValue(text.trim(), TYPING_MS);
  const { data, error, refetch } = useQuery({
    ...templatesQuery(name),
    placeholderData: keepPreviousData,
  });
  return (
    <>
      <Group justify="space-between" mb="sm">
        <Title order={1} size="h3">
          Templates
        </Title>
        <NewTemplate />
      </Group>
      <TextInput
        type="search"
        aria-label="Name contains"
        placeholder="Name contains"
        maw={320}
        mb="md"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {data === undefined && error !== null ? (
        <Failure error={error} onRetry={() => void refetch()} />
      ) : null}
      {data === undefined && error === null ? <Loading what="templates" /> : null}
      {data?.templates.length === 0 ? <Nothing filtered={name !== ''} /> : null}
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="sm">
        {data?.templates.map((template) => (
          <TemplateCard key={template.template_id} template={template} />
        ))}
      </SimpleGrid>
    </>
  );
}

function NewTemplate() {
  return (
    <Button component={Link} to={paths.newTemplate()} leftSection={<IconPlus size={16} />}>
      New template
    </Button>
  );
}

function TemplateCard({ template }: { template: Schemas['Template'] }) {
  const { template_id: id, template_name: name, version, description } = template;
  return (
    <Card withBorder padding="sm" component="article" aria-label={name}>
      <Group wrap="nowrap" align="flex-start" gap="sm">
        <TemplateAvatar name={name} uri={template.avatar_uri} size={44} />
        <div style={{ minWidth: 0, flex: 1 }}>
          <Anchor
            component={Link}
            to={paths.template(id)}
            fw={600}
            style={{ overflowWrap: 'anywhere' }}
          >
            {name}
          </Anchor>
          <Text size="xs" c="dimmed">
            version {version}
          </Text>
          <Text size="sm" lineClamp={2}>
            {description}
          </Text>
        </div>
        <Button
          size="xs"
          variant="light"
          component={Link}
          to={paths.launchTemplate(id)}
          aria-label={`Launch ${name}`}
        >
          Launch
        </Button>
      </Group>
    </Card>
  );
}

function Nothing({ filtered }: { filtered: boolean }) {
  if (filtered) return <Empty>No template has that in its name.</Empty>;
  return (
    <Empty>
      <p>
        There is no template yet. A template is a command with gaps, and says what may fill them;
        whoever launches it fills in a form.
      </p>
      <NewTemplate />
    </Empty>
  );
}
