import { EMRContainersClient } from '@aws-sdk/client-emr-containers';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { clientSettings, s3Settings, type AwsPlace } from '../../aws/client.ts';
import type { SparkFacts } from '../../domain/spark.ts';
import { BoundedMap } from '../bounded.ts';
import { SharedByKey, type Shared } from '../by-key.ts';
import { QueueConsumers } from '../queue-consumers.ts';
import { readMessage, type ChangedJobRun } from './queue-message.ts';

/** StartJobRun is tried once: whether it may be repeated is for whoever looks first. */
const START_TIMEOUT_MS = 15_000;

const regions = new SharedByKey<Region>();

/** What all clusters of one region share in this process: clients, queues, and what was heard of jobs. */
export class Region {
  readonly emr: EMRContainersClient;
  /** For StartJobRun alone. */
  readonly launcher: EMRContainersClient;
  readonly s3: S3Client;
  /** When a job was said to run, by its id. */
  readonly startedAt = new BoundedMap<Date>();
  /** What is known of jobs beside what EMR says, by their ids. */
  readonly facts = new BoundedMap<SparkFacts>();
  /** Executors that were told of, by the job's id and the pod's uid. */
  readonly executors = new BoundedMap<true>();
  /** Whether a job is of this installation's mode, by mode and id. */
  readonly ours = new BoundedMap<boolean>();
  /** Attempts whose outcome and log are stored, by the job's id. */
  readonly released = new BoundedMap<true>();
  readonly #sqs: SQSClient;
  readonly consumers: QueueConsumers<ChangedJobRun>;

  private constructor(place: AwsPlace) {
    const settings = clientSettings(place);
    this.emr = new EMRContainersClient(settings);
    this.launcher = new EMRContainersClient({
      ...settings,
      maxAttempts: 1,
      requestHandler: { ...settings.requestHandler, socketTimeout: START_TIMEOUT_MS },
    });
    this.s3 = new S3Client(s3Settings(place));
    this.#sqs = new SQSClient(settings);
    this.consumers = new QueueConsumers(this.#sqs, readMessage);
  }

  /** The region, made by whoever needs it first; each user closes it once. */
  static open(place: AwsPlace): Shared<Region> {
    const key = JSON.stringify([place, process.env['AWS_ENDPOINT_URL']]);
    return regions.open(key, () => new Region(place));
  }

  async close(): Promise<void> {
    await this.consumers.close();
    for (const client of [this.emr, this.launcher, this.s3, this.#sqs]) client.destroy();
  }
}
