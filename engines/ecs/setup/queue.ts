import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs';
import { setTimeout as sleep } from 'node:timers/promises';
import { isNamed, unavailable } from '../../../aws/client.ts';
import { FlotillaError } from '../../../domain/errors.ts';
import { permitted, type AwsClients } from './clients.ts';
import type { Step } from './step.ts';

const NO_QUEUE = ['QueueDoesNotExist', 'AWS.SimpleQueueService.NonExistentQueue'];
/** As in flotilla-os, and the most that SQS has: for so long no worker need be up. */
const RETENTION_SECONDS = 14 * 86_400;
/**
 * Of a new queue, in seconds. Wait and visibility are for readers that do not say their own; a worker
 * does (consumer.ts), so that a queue which is there may have any.
 */
const ATTRIBUTES = {
  MessageRetentionPeriod: String(RETENTION_SECONDS),
  ReceiveMessageWaitTimeSeconds: '20',
  VisibilityTimeout: '60',
};
const ONCE_MORE = 5;
const PAUSE_MS = 1000;

export interface Queue {
  url: string;
  arn: string;
  attributes: Partial<Record<string, string>>;
}

/** A queue by its name; null where there is none. @throws FlotillaError as of permitted() */
export async function readQueue(aws: AwsClients, name: string): Promise<Queue | null> {
  return permitted('sqs:GetQueueUrl', async () => {
    try {
      const { QueueUrl = '' } = await aws.sqs.send(new GetQueueUrlCommand({ QueueName: name }));
      return await describe(aws, QueueUrl);
    } catch (error) {
      if (isNamed(error, ...NO_QUEUE)) return null;
      throw error;
    }
  });
}

async function describe({ sqs }: AwsClients, url: string): Promise<Queue> {
  const query = new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] });
  try {
    const { Attributes: attributes = {} } = await sqs.send(query);
    return { url, arn: attributes.QueueArn ?? '', attributes };
  } catch (error) {
    if (isNamed(error, ...NO_QUEUE)) throw error;
    return permitted('sqs:GetQueueAttributes', () => Promise.reject(error));
  }
}

/** Makes the queue, or mends what would lose or delay events. @returns no queue where a dry run has none */
export async function ensureQueue(
  aws: AwsClients,
  name: string,
  dryRun: boolean,
): Promise<{ queue: Queue | null; step: Step }> {
  const what = `queue ${name}`;
  const found = await readQueue(aws, name);
  if (found === null) {
    const queue = dryRun ? null : await create(aws, name);
    return { queue, step: { done: 'created', what } };
  }
  const change = mendsOf(found);
  const names = Object.keys(change.attributes);
  if (names.length === 0) return { queue: found, step: { done: 'kept', what } };
  if (!dryRun) await setAttributes(aws, found, change.attributes);
  return { queue: found, step: { done: 'updated', what, why: change.why.join(', ') } };
}

function mendsOf({ attributes }: Queue): { attributes: Record<string, string>; why: string[] } {
  const { MessageRetentionPeriod: retention, DelaySeconds: delay } = attributes;
  const isShort = Number(retention ?? 0) < RETENTION_SECONDS;
  const isDelayed = Number(delay ?? 0) > 0;
  return {
    attributes: {
      ...(isShort ? { MessageRetentionPeriod: String(RETENTION_SECONDS) } : {}),
      ...(isDelayed ? { DelaySeconds: '0' } : {}),
    },
    why: [
      ...(isShort ? [`messages are kept for 14 days, were ${Number(retention) / 86_400}`] : []),
      ...(isDelayed ? [`messages are not delayed, were by ${delay} seconds`] : []),
    ],
  };
}

/** SQS may not know a new queue for a second. */
async function create(aws: AwsClients, name: string): Promise<Queue> {
  const request = new CreateQueueCommand({ QueueName: name, Attributes: ATTRIBUTES });
  const { QueueUrl = '' } = await permitted('sqs:CreateQueue', () => aws.sqs.send(request));
  for (let left = ONCE_MORE; ; left -= 1) {
    try {
      return await describe(aws, QueueUrl);
    } catch (error) {
      if (error instanceof FlotillaError) throw error;
      if (left === 0) throw unavailable(`queue ${name} was made, and is not seen`, error);
      await sleep(PAUSE_MS);
    }
  }
}

/** @throws FlotillaError as of permitted() */
export async function setAttributes(
  { sqs }: AwsClients,
  { url }: Queue,
  attributes: Record<string, string>,
): Promise<void> {
  const request = new SetQueueAttributesCommand({ QueueUrl: url, Attributes: attributes });
  await permitted('sqs:SetQueueAttributes', () => sqs.send(request));
}
