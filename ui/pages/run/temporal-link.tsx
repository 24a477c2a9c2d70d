import { Anchor, Group, Tooltip } from '@mantine/core';
import { IconExternalLink } from '@tabler/icons-react';
import { Fact } from '../../parts/fact.tsx';
import { useAbout } from '../../api/about.ts';

/** The run's workflow in the Temporal Web UI, where it is known where that is. */
export function TemporalLink({ runId }: { runId: string }) {
  const about = useAbout();
  const url = about.data?.temporal_ui_url ?? null;
  if (about.data === undefined || url === null) return null;
  const namespace = encodeURIComponent(about.data.temporal_namespace);
  const href = `${url.replace(/\/$/, '')}/namespaces/${namespace}/workflows/${encodeURIComponent(runId)}`;
  return (
    <Fact name="Workflow">
      <Tooltip label="The run's workflow in the Temporal Web UI">
        <Anchor href={href} target="_blank" rel="noreferrer" size="sm">
          <Group gap={4} wrap="nowrap">
            Temporal <IconExternalLink size={14} aria-hidden />
          </Group>
        </Anchor>
      </Tooltip>
    </Fact>
  );
}
