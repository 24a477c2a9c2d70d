import { Button, Group, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Schemas } from '../../../client/client.ts';
import { clustersQuery } from '../../api/cluster-queries.ts';
import { Empty, Failure, Loading } from '../../parts/states.tsx';
import { ClusterDialog } from './cluster-dialog.tsx';
import { ClustersTable } from './clusters-table.tsx';
import { ForgetDialog } from './forget-dialog.tsx';

type Asked = { what: 'add' } | { what: 'change' | 'forget'; cluster: Schemas['Cluster'] } | null;

/** Where runs go: what is known of each cluster, and what is on it. */
export function ClustersPage() {
  useDocumentTitle('Clusters · Flotilla');
  const { data, error, refetch } = useQuery(clustersQuery);
  const [asked, setAsked] = useState<Asked>(null);
  const close = (): void => setAsked(null);
  return (
    <>
      <Group justify="space-between" mb="sm">
        <Title order={1} size="h3">
          Clusters
        </Title>
        <Button leftSection={<IconPlus size={16} />} onClick={() => setAsked({ what: 'add' })}>
          Add cluster
        </Button>
      </Group>
      {data === undefined && error !== null ? (
        <Failure error={error} onRetry={() => void refetch()} />
      ) : null}
      {data === undefined && error === null ? <Loading what="clusters" /> : null}
      {data?.length === 0 ? (
        <Empty>There is no cluster yet: runs wait until there is one.</Empty>
      ) : null}
      {data === undefined || data.length === 0 ? null : (
        <ClustersTable
          clusters={data}
          onChange={(cluster) => setAsked({ what: 'change', cluster })}
          onForget={(cluster) => setAsked({ what: 'forget', cluster })}
        />
      )}
      {asked?.what === 'add' ? <ClusterDialog cluster={null} onClose={close} /> : null}
      {asked?.what === 'change' ? <ClusterDialog cluster={asked.cluster} onClose={close} /> : null}
      {asked?.what === 'forget' ? <ForgetDialog cluster={asked.cluster} onClose={close} /> : null}
    </>
  );
}
