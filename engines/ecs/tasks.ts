import {
  DescribeTasksCommand,
  ListTasksCommand,
  StopTaskCommand,
  type DesiredStatus,
  type ECSClient,
  type Task,
} from '@aws-sdk/client-ecs';
import type { JobRef } from '../../domain/lifecycle/messages.ts';
import { messageOf } from '../../domain/errors.ts';
import { isNamed } from '../../aws/client.ts';
import { inBatches } from '../batches.ts';
import { startedByOf } from './names.ts';

/** Most that DescribeTasks takes and ListTasks gives at once. */
const PAGE = 100;

export interface TaskPage {
  tasks: Task[];
  next: string | null;
}

/** Calls about the tasks of one cluster. All throw the SDK's errors. */
export class Tasks {
  readonly #ecs: ECSClient;
  readonly #cluster: string;

  constructor(ecs: ECSClient, cluster: string) {
    this.#ecs = ecs;
    this.#cluster = cluster;
  }

  /** Those that ECS (still) knows. */
  async describe(arns: readonly string[]): Promise<Task[]> {
    const found: Task[] = [];
    for (const tasks of inBatches(arns, PAGE)) {
      const query = { cluster: this.#cluster, tasks, include: ['TAGS' as const] };
      const answer = await this.#ecs.send(new DescribeTasksCommand(query));
      found.push(...(answer.tasks ?? []));
    }
    return found;
  }

  async get(arn: string): Promise<Task | null> {
    const [task] = await this.describe([arn]);
    return task ?? null;
  }

  /**
   * The task of an attempt, alive or stopped within the last hour. startedBy is the only filter that
   * ListTasks takes beside the status, and of that it knows one at a time.
   */
  async of(ref: JobRef): Promise<Task | null> {
    const startedBy = startedByOf(ref);
    for (const desiredStatus of ['RUNNING', 'STOPPED'] as const) {
      const query = { cluster: this.#cluster, startedBy, desiredStatus };
      const { taskArns = [] } = await this.#ecs.send(new ListTasksCommand(query));
      const tasks = await this.describe(taskArns);
      const found = tasks.find((task) => task.startedBy === startedBy);
      if (found !== undefined) return found;
    }
    return null;
  }

  /** Tasks of the cluster, whosever they are. */
  async page(desiredStatus: DesiredStatus, token: string | null): Promise<TaskPage> {
    const answer = await this.#ecs.send(
      new ListTasksCommand({
        cluster: this.#cluster,
        desiredStatus,
        maxResults: PAGE,
        ...(token === null ? {} : { nextToken: token }),
      }),
    );
    const tasks = await this.describe(answer.taskArns ?? []);
    return { tasks, next: answer.nextToken ?? null };
  }

  /** Asks ECS to stop a task; one that it does not know is left. */
  async stop(arn: string, reason: string): Promise<void> {
    const request = { cluster: this.#cluster, task: arn, reason };
    try {
      await this.#ecs.send(new StopTaskCommand(request));
    } catch (error) {
      const refused = isNamed(error, 'InvalidParameterException', 'ClientException');
      if (!refused || !/not found|no longer|missing/i.test(messageOf(error))) throw error;
    }
  }
}
