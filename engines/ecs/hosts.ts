import { DescribeInstancesCommand, type EC2Client } from '@aws-sdk/client-ec2';
import {
  DescribeContainerInstancesCommand,
  type ContainerInstance,
  type ECSClient,
  type Task,
} from '@aws-sdk/client-ecs';
import { messageOf } from '../../domain/errors.ts';
import { isNamed } from '../../aws/client.ts';
import { inBatches } from '../batches.ts';
import { BoundedMap } from '../bounded.ts';
import { lastPart } from './names.ts';
import { mainContainer, type Host } from './outcome.ts';

/** Most that DescribeContainerInstances takes at once. */
const PAGE = 100;

/** The instances that tasks run on; those of Fargate are AWS's own. */
export class Hosts {
  readonly #ecs: ECSClient;
  readonly #ec2: EC2Client;
  /** Of EC2, by container instance: known for longer than ECS knows the latter. */
  readonly #ids = new BoundedMap<string>();

  constructor(ecs: ECSClient, ec2: EC2Client) {
    this.#ecs = ecs;
    this.#ec2 = ec2;
  }

  /** EC2's name of a task's instance, if it was seen. */
  idOf({ containerInstanceArn }: Task): string | null {
    return this.#ids.get(containerInstanceArn ?? '') ?? null;
  }

  /** The hosts of tasks whose outcome may rest on them. @throws errors of the SDK */
  async of(cluster: string, tasks: readonly Task[]): Promise<(task: Task) => Host | null> {
    const arns = new Set(tasks.filter(mayDepend).map((task) => task.containerInstanceArn ?? ''));
    arns.delete('');
    const instances = await this.#instances(cluster, [...arns]);
    const hosts = new Map<string, Host>();
    for (const arn of arns) hosts.set(arn, await this.#host(arn, instances.get(arn) ?? null));
    return ({ containerInstanceArn = '' }) => hosts.get(containerInstanceArn) ?? null;
  }

  async #instances(
    cluster: string,
    arns: readonly string[],
  ): Promise<Map<string, ContainerInstance>> {
    const found = new Map<string, ContainerInstance>();
    for (const containerInstances of inBatches(arns, PAGE)) {
      const query = { cluster, containerInstances };
      const answer = await this.#ecs.send(new DescribeContainerInstancesCommand(query));
      for (const instance of answer.containerInstances ?? []) {
        const { containerInstanceArn: arn = '', ec2InstanceId } = instance;
        found.set(arn, instance);
        if (ec2InstanceId !== undefined) this.#ids.set(arn, ec2InstanceId);
      }
    }
    return found;
  }

  async #host(arn: string, instance: ContainerInstance | null): Promise<Host> {
    const instanceId = instance?.ec2InstanceId ?? this.#ids.get(arn) ?? null;
    if (instance?.agentConnected === true && instance.status !== 'INACTIVE') {
      return { instanceId, state: 'ready', evidence: `instance ${instanceId} is connected` };
    }
    const registered = instance !== null && instance.status !== 'INACTIVE';
    const what = registered ? 'its agent is not connected' : 'it is no longer registered';
    const evidence = `container instance ${instanceId ?? lastPart(arn)}: ${what}`;
    if (instanceId === null) return { instanceId, state: 'silent', evidence };
    const said = await this.#ec2State(instanceId);
    const state = said === 'terminated' || said === 'unknown to it' ? 'gone' : 'silent';
    return { instanceId, state, evidence: `${evidence}; EC2 says that it is ${said}` };
  }

  /** EC2 forgets an instance about an hour after its end. */
  async #ec2State(instanceId: string): Promise<string> {
    try {
      const query = new DescribeInstancesCommand({ InstanceIds: [instanceId] });
      const { Reservations = [] } = await this.#ec2.send(query);
      const [instance] = Reservations.flatMap(({ Instances = [] }) => Instances);
      return instance?.State?.Name ?? 'unknown to it';
    } catch (error) {
      if (isNamed(error, 'InvalidInstanceID.NotFound')) return 'unknown to it';
      return `not to be asked about (${messageOf(error)})`;
    }
  }
}

/** One that is alive, or has ended without saying how. */
function mayDepend(task: Task): boolean {
  return task.lastStatus !== 'STOPPED' || mainContainer(task)?.exitCode === undefined;
}
