import type { Task } from '@aws-sdk/client-ecs';
import { z } from 'zod';
import type { Message } from '../queue-consumer.ts';

const text = z.string().optional();
const instant = z
  .union([z.string(), z.number()])
  .transform((given) => new Date(typeof given === 'number' ? given * 1000 : given))
  .optional();
const variables = z.array(z.object({ name: text, value: text })).optional();

/** What is read of an event; ECS sends a task as DescribeTasks shows it, with times as text. */
const stateChange = z.object({
  source: z.literal('aws.ecs'),
  'detail-type': z.literal('ECS Task State Change'),
  detail: z.object({
    taskArn: z.string(),
    clusterArn: z.string(),
    lastStatus: z.string(),
    desiredStatus: text,
    version: z.number().optional(),
    startedBy: text,
    taskDefinitionArn: text,
    containerInstanceArn: text,
    availabilityZone: text,
    launchType: text,
    stopCode: text,
    stoppedReason: text,
    createdAt: instant,
    startedAt: instant,
    executionStoppedAt: instant,
    stoppingAt: instant,
    stoppedAt: instant,
    containers: z
      .array(
        z.object({ name: text, exitCode: z.number().optional(), reason: text, lastStatus: text }),
      )
      .optional(),
    overrides: z
      .object({
        containerOverrides: z.array(z.object({ name: text, environment: variables })).optional(),
      })
      .optional(),
  }),
});
const anyEvent = z.object({ source: z.string(), 'detail-type': z.string() });

export interface ChangedTask {
  task: Task & { taskArn: string; clusterArn: string };
  /** Counts up with each change of the task; null where the event has none. */
  version: number | null;
}

/** Reads a message's body (pure). */
export function readMessage(body: string): Message<ChangedTask> {
  const given = parseJson(body);
  const { success: isEvent, data: event } = anyEvent.safeParse(given);
  if (!isEvent) return { kind: 'poison', why: 'it is no event of EventBridge' };
  if (event.source !== 'aws.ecs' || event['detail-type'] !== 'ECS Task State Change') {
    return { kind: 'other' };
  }
  const { data, error } = stateChange.safeParse(given);
  if (data === undefined) return { kind: 'poison', why: z.prettifyError(error) };
  const { version = null, ...task } = withoutGaps(data.detail);
  return { kind: 'item', item: { task: task as ChangedTask['task'], version } };
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

/** A field that is not there is left out: that is how the SDK has it. */
function withoutGaps<T extends object>(value: T): T {
  return Object.fromEntries(
    Object.entries(value).filter(([, member]) => member !== undefined),
  ) as T;
}
