import { DescribeClustersCommand, type Cluster } from '@aws-sdk/client-ecs';
import { capacityOf, capacityText } from '../capacity.ts';
import type { EcsSettings } from '../settings.ts';
import { permitted, type AwsClients } from './clients.ts';
import { looked, missing, ok, type Finding } from './finding.ts';

/** Whether the cluster is there, and has something for tasks to run on. */
export async function checkCluster(aws: AwsClients, settings: EcsSettings): Promise<Finding[]> {
  const what = `cluster ${settings.cluster}`;
  return looked(what, async () => {
    const query = new DescribeClustersCommand({ clusters: [settings.cluster] });
    const { clusters = [] } = await permitted('ecs:DescribeClusters', () => aws.ecs.send(query));
    const [found] = clusters;
    if (found?.status !== 'ACTIVE') {
      const said = found === undefined ? 'ECS has none' : `it is ${found.status}`;
      const remedy = `${said} in ${aws.region}; create it, or mend its name or region (flotilla clusters)`;
      return [missing(what, remedy)];
    }
    return [
      ok(`${what}: ACTIVE, in ${found.clusterArn}`),
      ...(await checkRoom(aws, settings, found)),
    ];
  });
}

async function checkRoom(
  aws: AwsClients,
  settings: EcsSettings,
  found: Cluster,
): Promise<Finding[]> {
  const { capacityProvider, spotProvider, launchType } = settings;
  const providers = [
    ...(capacityProvider === null
      ? []
      : [provider('ecs_capacity_provider', capacityProvider, found)]),
    ...(spotProvider === null ? [] : [provider('ecs_spot_provider', spotProvider, found)]),
  ];
  if (capacityProvider !== null) return providers;
  if (launchType === 'FARGATE') return [ok('capacity: Fargate'), ...providers];
  return [...(await checkInstances(aws, settings.cluster, found)), ...providers];
}

function provider(key: string, name: string, { capacityProviders = [] }: Cluster): Finding {
  const what = `capacity provider ${name}`;
  if (capacityProviders.includes(name)) return ok(what);
  const has = capacityProviders.join(', ') || 'none';
  return missing(what, `${key} names one that the cluster has not (it has ${has})`);
}

async function checkInstances(
  { ecs }: AwsClients,
  cluster: string,
  { registeredContainerInstancesCount: count = 0 }: Cluster,
): Promise<Finding[]> {
  if (count === 0) {
    const remedy =
      'the cluster has none; register some, set ecs_capacity_provider, or set ecs_launch_type to FARGATE';
    return [missing('container instances', remedy)];
  }
  const what = 'what container instances have left';
  const look = async (): Promise<Finding[]> => {
    const action = 'ecs:ListContainerInstances or ecs:DescribeContainerInstances';
    const capacity = await permitted(action, () => capacityOf(ecs, cluster));
    return [ok(`capacity: ${count} container instances, ${capacityText(capacity)}`)];
  };
  return looked(what, look, true);
}
