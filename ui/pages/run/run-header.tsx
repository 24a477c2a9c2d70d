import { ActionIcon, Anchor, CopyButton, Group, Text, Title } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../../client/client.ts';
import { ConnectionNote } from '../../parts/connection-note.tsx';
import { useRunName } from '../../parts/run-name.ts';
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
          <RunOf run={run} />
        </Title>
        <StatusBadge run={run} />
        <RunId runId={run.run_id} />
        {live.over ? null : <ConnectionNote connected={live.connected} refused={live.refused} />}
      </Group>
      <RunActions run={run} />
    </Group>
  );
}

/** What it is a run of, and where that is. */
function RunOf({ run }: { run: Schemas['Run'] }) {
  const { definition_id: definitionId, template_id: templateId } = run;
  const name = useRunName(run);
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
