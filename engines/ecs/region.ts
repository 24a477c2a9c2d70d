import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ECSClient, type Task } from '@aws-sdk/client-ecs';
import { SQSClient } from '@aws-sdk/client-sqs';
import { clientSettings, type AwsPlace } from '../../aws/client.ts';
import { BoundedMap } from '../bounded.ts';
import { SharedByKey, type Shared } from '../by-key.ts';
import { QueueConsumers } from '../queue-consumers.ts';
import { Definitions } from './definitions.ts';
import { Hosts } from './hosts.ts';
import { LogGroups } from './log-groups.ts';
import { Pace } from './pace.ts';
import { readMessage, type ChangedTask } from './queue-message.ts';

/** AWS allows 25 GetLogEvents a second for an account and region; others read logs too. */
const LOG_READS_PER_SECOND = 10;
/** RunTask is tried once: its repeat is for whoever knows since when it may be repeated. */
const RUN_TASK_TIMEOUT_MS = 15_000;

const regions = new SharedByKey<Region>();

/** What all clusters of one region share in this process: clients, queues, and what AWS need not be asked. */
export class Region {
  readonly ecs: ECSClient;
  /** For RunTask alone. */
  readonly launcher: ECSClient;
  readonly logs: CloudWatchLogsClient;
  readonly definitions: Definitions;
  readonly hosts: Hosts;
  readonly logGroups: LogGroups;
  readonly logPace = new Pace(LOG_READS_PER_SECOND);
  /** What was last heard of a task, by its ARN: ECS forgets it an hour after its end. */
  readonly heard = new BoundedMap<Task>();
  /** Attempts whose outcome and log are stored, by their mark. */
  readonly released = new BoundedMap<true>();
  readonly #sqs: SQSClient;
  readonly #ec2: EC2Client;
  readonly consumers: QueueConsumers<ChangedTask>;

  private constructor(place: AwsPlace) {
    const settings = clientSettings(place);
    this.ecs = new ECSClient(settings);
    this.launcher = new ECSClient({
      ...settings,
      maxAttempts: 1,
      requestHandler: { ...settings.requestHandler, socketTimeout: RUN_TASK_TIMEOUT_MS },
    });
    this.logs = new CloudWatchLogsClient(settings);
    this.#sqs = new SQSClient(settings);
    this.consumers = new QueueConsumers(this.#sqs, readMessage);
    this.#ec2 = new EC2Client(settings);
    this.definitions = new Definitions(this.ecs);
    this.hosts = new Hosts(this.ecs, this.#ec2);
    this.logGroups = new LogGroups(this.logs);
  }

  /** The region, made by whoever needs it first; each user closes it once. */
  static open(place: AwsPlace): Shared<Region> {
    const key = JSON.stringify([place, process.env['AWS_ENDPOINT_URL']]);
    return regions.open(key, () => new Region(place));
  }

  async close(): Promise<void> {
    await this.consumers.close();
    for (const client of [this.ecs, this.launcher, this.logs, this.#sqs, this.#ec2]) {
      client.destroy();
    }
  }
}
