import { DescribeClustersCommand, ListClustersCommand, type Cluster } from '@aws-sdk/client-ecs';
import { permitted, type AwsClients } from './clients.ts';

/** Most that DescribeClusters takes at once. */
const PAGE = 100;

/** A cluster as ECS has it. */
export interface EcsCluster {
  name: string;
  status: string;
  instances: number;
  running: number;
  pending: number;
  providers: readonly string[];
}

/** The clusters of the region, by name. @throws FlotillaError as of permitted() */
export async function listClusters({ ecs }: AwsClients): Promise<EcsCluster[]> {
  const found: EcsCluster[] = [];
  let nextToken: string | undefined;
  do {
    const page = new ListClustersCommand({ maxResults: PAGE, nextToken });
    const listed = await permitted('ecs:ListClusters', () => ecs.send(page));
    const { clusterArns: clusters = [] } = listed;
    if (clusters.length > 0) {
      const look = new DescribeClustersCommand({ clusters });
      const answer = await permitted('ecs:DescribeClusters', () => ecs.send(look));
      found.push(...(answer.clusters ?? []).map(clusterOf));
    }
    ({ nextToken } = listed);
  } while (nextToken !== undefined);
  return found.toSorted((one, other) => (one.name < other.name ? -1 : 1));
}

function clusterOf(cluster: Cluster): EcsCluster {
  return {
    name: cluster.clusterName ?? '',
    status: cluster.status ?? '',
    instances: cluster.registeredContainerInstancesCount ?? 0,
    running: cluster.runningTasksCount ?? 0,
    pending: cluster.pendingTasksCount ?? 0,
    providers: cluster.capacityProviders ?? [],
  };
}
