import { ActionIcon, Anchor, CopyButton, Group, Text, Title } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../../client/client.ts';
import { templateQuery } from '../../api/template-queries.ts';
import { ConnectionNote } from '../../parts/connection-note.tsx';
import { shortId } from '../../parts/short-id.ts';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { paths } from '../../paths.ts';
import { RunActions } from './run-actions.tsx';
import type { LiveRun } from './use-live-run.ts';

/** Which run this is, its status, and what can be done with it. */
export function RunHeader({ live, run }: { live: LiveRun; run: Schemas['Run'] }) {
  return (
    <Group justify="space-between" gap="xs">
      <Group gap="sm">
        <Title order={1} size="h3">
          <RunName run={run} />
        </Title>
        <StatusBadge run={run} />
        <RunId runId={run.run_id} />
        {live.over ? null : <ConnectionNote connected={live.connected} refused={live.refused} />}
      </Group>
      <RunActions run={run} />
    </Group>
  );
}

/** What it is a run of; the alias of a template's run is the template's id. */
function RunName({ run }: { run: Schemas['Run'] }) {
  const { definition_id: definitionId, template_id: templateId } = run;
  const template = useQuery({ ...templateQuery(templateId ?? ''), enabled: templateId !== null });
  const name = template.data?.template_name ?? run.alias ?? run.run_id;
  if (definitionId === null && templateId === null) return name;
  const to =
    definitionId === null ? paths.template(templateId ?? '') : paths.definition(definitionId);
  return (
    <Anchor component={Link} to={to} inherit c="inherit" style={{ overflowWrap: 'anywhere' }}>
      {name}
    </Anchor>
  );
}

function RunId({ runId }: { runId: string }) {
  return (
    <Group gap={2} wrap="nowrap">
      <Text size="xs" ff="monospace" c="dimmed" title={runId}>
        {shortId(runId)}
      </Text>
      <CopyButton value={runId}>
        {({ copied, copy }) => (
          <ActionIcon
            size="xs"
            variant="subtle"
            color="gray"
            aria-label="Copy run id"
            onClick={copy}
          >
            {copied ? <IconCheck size={13} /> : <IconCopy size={13} />}
          </ActionIcon>
        )}
      </CopyButton>
    </Group>
  );
}
