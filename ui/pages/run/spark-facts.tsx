import { Anchor, Group } from '@mantine/core';
import { IconExternalLink } from '@tabler/icons-react';
import type { Schemas } from '../../../client/client.ts';
import { Fact, Facts } from '../../parts/fact.tsx';
import { webUrl } from './web-url.ts';

/** What EMR and Spark call a Spark job, and where their pages of it are. */
export function SparkFacts({ spark }: { spark: Schemas['Run']['spark'] }) {
  if (spark === null) return null;
  return (
    <Facts label="Spark">
      <Page name="Spark UI" url={spark.app_uri} />
      <Page name="Spark history" url={spark.history_uri} />
      <Page name="Metrics" url={spark.metrics_uri} />
      <Fact name="Spark application">{spark.app_id}</Fact>
      <Fact name="EMR job run">
        {spark.job_run_id === null ? null : `${spark.virtual_cluster_id ?? ''}/${spark.job_run_id}`}
      </Fact>
      <Fact name="Killed for memory">
        {[spark.driver_oom ? 'driver' : null, spark.executor_oom ? 'executor' : null]
          .filter((name) => name !== null)
          .join(', ')}
      </Fact>
    </Facts>
  );
}

function Page({ name, url }: { name: string; url: string | null }) {
  const href = url === null ? null : webUrl(url);
  if (href === null) return null;
  return (
    <Fact name={name}>
      <Anchor href={href} target="_blank" rel="noreferrer" size="sm">
        <Group gap={4} wrap="nowrap">
          Open <IconExternalLink size={14} aria-hidden />
        </Group>
      </Anchor>
    </Fact>
  );
}
