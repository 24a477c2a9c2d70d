import {
  CreateLogGroupCommand,
  DescribeLogGroupsCommand,
  PutRetentionPolicyCommand,
  type CloudWatchLogsClient,
} from '@aws-sdk/client-cloudwatch-logs';
import { isNamed } from '../../aws/client.ts';

/**
 * Sees to it, once a process, that a log group is there. Whoever may not make one is told nothing: where it
 * is missing, ECS says so of each task.
 */
export class LogGroups {
  readonly #logs: CloudWatchLogsClient;
  readonly #known = new Map<string, Promise<void>>();

  constructor(logs: CloudWatchLogsClient) {
    this.#logs = logs;
  }

  /** @param days that a new group keeps its logs. @throws errors of the SDK */
  async ensure(group: string, days: number): Promise<void> {
    const known = this.#known.get(group) ?? this.#make(group, days);
    this.#known.set(group, known);
    known.catch(() => this.#known.delete(group));
    return known;
  }

  async #make(group: string, days: number): Promise<void> {
    try {
      if (await this.#isThere(group)) return;
      await this.#logs.send(new CreateLogGroupCommand({ logGroupName: group }));
      const retention = { logGroupName: group, retentionInDays: days };
      await this.#logs.send(new PutRetentionPolicyCommand(retention));
    } catch (error) {
      // Somebody was faster; or it is not for us to make groups.
      if (!isNamed(error, 'ResourceAlreadyExistsException', 'AccessDeniedException')) throw error;
    }
  }

  async #isThere(group: string): Promise<boolean> {
    const query = new DescribeLogGroupsCommand({ logGroupNamePrefix: group });
    const { logGroups = [] } = await this.#logs.send(query);
    return logGroups.some(({ logGroupName }) => logGroupName === group);
  }
}
