import {
  DescribeContainerInstancesCommand,
  ListContainerInstancesCommand,
  type ContainerInstance,
  type ECSClient,
  type Resource,
} from '@aws-sdk/client-ecs';

/** Most of both calls, at once. */
const PAGE = 100;
/** A cluster with more instances than these pages have is told by those. */
const MAX_PAGES = 10;
const MIB_PER_GIB = 1024;
const UNITS_PER_VCPU = 1024;

/** What the active container instances of a cluster have, and have left; in CPU units and MiB. */
export interface Capacity {
  instances: number;
  /** Whose agent ECS does not hear: they take no task. */
  silent: number;
  cpu: { free: number; all: number };
  memory: { free: number; all: number };
  /** False where the cluster has more instances than were looked at. */
  whole: boolean;
}

/** Takes ecs:ListContainerInstances and ecs:DescribeContainerInstances. @throws errors of the SDK */
export async function capacityOf(ecs: ECSClient, cluster: string): Promise<Capacity> {
  const instances: ContainerInstance[] = [];
  let nextToken: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const query = { cluster, status: 'ACTIVE' as const, maxResults: PAGE, nextToken };
    const listed = await ecs.send(new ListContainerInstancesCommand(query));
    const { containerInstanceArns: containerInstances = [] } = listed;
    if (containerInstances.length > 0) {
      const look = new DescribeContainerInstancesCommand({ cluster, containerInstances });
      instances.push(...((await ecs.send(look)).containerInstances ?? []));
    }
    ({ nextToken } = listed);
    if (nextToken === undefined) break;
  }
  return sumOf(instances, nextToken === undefined);
}

function sumOf(instances: readonly ContainerInstance[], whole: boolean): Capacity {
  const connected = instances.filter(({ agentConnected }) => agentConnected !== false);
  const sum = (name: string): { free: number; all: number } => ({
    free: total(connected, name, ({ remainingResources }) => remainingResources),
    all: total(connected, name, ({ registeredResources }) => registeredResources),
  });
  return {
    instances: instances.length,
    silent: instances.length - connected.length,
    cpu: sum('CPU'),
    memory: sum('MEMORY'),
    whole,
  };
}

function total(
  instances: readonly ContainerInstance[],
  name: string,
  of: (instance: ContainerInstance) => readonly Resource[] | undefined,
): number {
  return instances
    .map((instance) => of(instance)?.find((one) => one.name === name)?.integerValue ?? 0)
    .reduce((sum, value) => sum + value, 0);
}

/** Such as `190.5 of 192 vCPU and 700 of 768 GiB free`. */
export function capacityText({ cpu, memory, silent, instances, whole }: Capacity): string {
  const share = ({ free, all }: { free: number; all: number }, unit: number): string =>
    `${rounded(free / unit)} of ${rounded(all / unit)}`;
  return [
    `${share(cpu, UNITS_PER_VCPU)} vCPU and ${share(memory, MIB_PER_GIB)} GiB free`,
    ...(silent === 0 ? [] : [`the agents of ${silent} are not connected`]),
    ...(whole ? [] : [`of the first ${instances} instances`]),
  ].join(', ');
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
