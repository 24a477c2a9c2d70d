import { CloudWatchLogsClient, CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  DescribeTasksCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  type ContainerDefinition,
  type RegisterTaskDefinitionCommandInput,
  type RunTaskCommandInput,
  type Task,
} from '@aws-sdk/client-ecs';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SQSClient } from '@aws-sdk/client-sqs';
import { eventually } from '../support/eventually.ts';
import type { Ecs } from '../support/ecs/start-ecs.ts';

export const GROUP = '/flotilla/ecs';

/** Clients of the four services, and what tests of the emulator do with them. */
export class Aws {
  readonly ecs: ECSClient;
  readonly sqs: SQSClient;
  readonly events: EventBridgeClient;
  readonly logs: CloudWatchLogsClient;
  readonly emulator: Ecs;
  /** Makes requests, and so their tokens, differ. */
  #count = 0;

  constructor(emulator: Ecs) {
    this.emulator = emulator;
    // Each answer counts: nothing is tried again behind the test's back.
    const options = { ...emulator.client, maxAttempts: 1 };
    this.ecs = new ECSClient(options);
    this.sqs = new SQSClient(options);
    this.events = new EventBridgeClient(options);
    this.logs = new CloudWatchLogsClient(options);
  }

  async prepare(): Promise<void> {
    await this.logs.send(new CreateLogGroupCommand({ logGroupName: GROUP }));
  }

  destroy(): void {
    for (const client of [this.ecs, this.sqs, this.events, this.logs]) client.destroy();
  }

  name(stem: string): string {
    this.#count += 1;
    return `${stem}-${this.#count}`;
  }

  /** A task definition of one container, `main`, for Fargate or for hosts. @returns its ARN */
  async define(
    on: 'ec2' | 'fargate' = 'ec2',
    {
      container = {},
      ...more
    }: Partial<RegisterTaskDefinitionCommandInput> & {
      container?: Partial<ContainerDefinition>;
    } = {},
  ): Promise<string> {
    const { executionRole, taskRole } = this.emulator;
    const answer = await this.ecs.send(
      new RegisterTaskDefinitionCommand({
        family: this.name('family'),
        executionRoleArn: executionRole,
        taskRoleArn: taskRole,
        ...(on === 'fargate'
          ? {
              requiresCompatibilities: ['FARGATE'],
              networkMode: 'awsvpc',
              cpu: '256',
              memory: '512',
            }
          : { networkMode: 'host' }),
        containerDefinitions: [
          {
            name: 'main',
            image: 'registry.example/job:1',
            essential: true,
            ...(on === 'ec2' ? { memory: 128, cpu: 64 } : {}),
            logConfiguration: {
              logDriver: 'awslogs',
              options: {
                'awslogs-group': GROUP,
                'awslogs-region': 'us-east-1',
                'awslogs-stream-prefix': 'run',
              },
            },
            ...container,
          },
        ],
        ...more,
      }),
    );
    return answer.taskDefinition?.taskDefinitionArn ?? '';
  }

  /** What RunTask is called with for a command and its variables. */
  request(
    definition: string,
    command: string,
    environment: Record<string, string> = {},
    more: Partial<RunTaskCommandInput> = {},
  ): RunTaskCommandInput {
    const { clusters, network } = this.emulator;
    const onFargate = more.launchType === 'FARGATE' || more.cluster === clusters.fargate;
    return {
      cluster: onFargate ? clusters.fargate : clusters.ec2,
      taskDefinition: definition,
      startedBy: this.name('run'),
      overrides: {
        containerOverrides: [
          {
            name: 'main',
            command: ['bash', '-l', '-c', command],
            environment: Object.entries(environment).map(([name, value]) => ({ name, value })),
          },
        ],
      },
      ...(onFargate ? { networkConfiguration: { awsvpcConfiguration: network } } : {}),
      ...more,
    };
  }

  async run(request: RunTaskCommandInput): Promise<Task> {
    const { tasks, failures } = await this.ecs.send(new RunTaskCommand(request));
    const [task] = tasks ?? [];
    if (task === undefined) throw new Error(`nothing was placed: ${JSON.stringify(failures)}`);
    return task;
  }

  /** A command on a host (or on Fargate) with variables, from a definition of its own. */
  async start(
    command: string,
    environment: Record<string, string> = {},
    on: 'ec2' | 'fargate' = 'ec2',
  ): Promise<Task> {
    const more = on === 'fargate' ? ({ launchType: 'FARGATE' } as const) : {};
    return this.run(this.request(await this.define(on), command, environment, more));
  }

  /** As DescribeTasks has it now; null when MISSING. */
  async describe(task: Task | string, cluster?: string): Promise<Task | null> {
    const arn = typeof task === 'string' ? task : (task.taskArn ?? '');
    const answer = await this.ecs.send(
      new DescribeTasksCommand({ cluster: cluster ?? clusterOf(arn), tasks: [arn] }),
    );
    return answer.tasks?.[0] ?? null;
  }

  /** Waits for a lastStatus. */
  until(task: Task, status: string, withinMs = 20_000): Promise<Task> {
    return eventually(
      `${task.taskArn} is ${status}`,
      async () => {
        const now = await this.describe(task);
        return now?.lastStatus === status && now;
      },
      withinMs,
    );
  }

  async stopped(
    command: string,
    environment: Record<string, string> = {},
    on: 'ec2' | 'fargate' = 'ec2',
  ): Promise<Task> {
    return this.until(await this.start(command, environment, on), 'STOPPED');
  }
}

export function clusterOf(taskArn: string): string {
  return taskArn.split('/').at(-2) ?? '';
}

/** Of the name that the log driver gives a stream. */
export function streamOf(task: Task): string {
  return `run/main/${task.taskArn?.split('/').at(-1)}`;
}
