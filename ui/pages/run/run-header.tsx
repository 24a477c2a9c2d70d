import { ActionIcon, Anchor, CopyButton, Group, Text, Title } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../../client/client.ts';
import { ConnectionNote } from '../../parts/connection-note.tsx';
import { shortId } from '../../parts/short-id.ts';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { paths } from '../../paths.ts';
import { RunActions } from './run-actions.tsx';
import type { LiveRun } from './use-live-run.ts';

/** Which run this is, its status, and what can be done with it. */
export function RunHeader({ live, run }: { live: LiveRun; run: Schemas['Run'] }) {
  const name = run.alias ?? run.run_id;
  return (
    <Group justify="space-between" gap="xs">
      <Group gap="sm">
        <Title order={1} size="h3">
          {run.definition_id === null ? (
            name
          ) : (
            <Anchor component={Link} to={paths.definition(run.definition_id)} inherit c="inherit">
              {name}
            </Anchor>
          )}
        </Title>
        <StatusBadge run={run} />
        <RunId runId={run.run_id} />
        {live.over ? null : <ConnectionNote connected={live.connected} refused={live.refused} />}
      </Group>
      <RunActions run={run} />
    </Group>
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
