import type { JobRun, JobRunState } from '@aws-sdk/client-emr-containers';
import { z } from 'zod';
import type { Message } from '../queue-consumer.ts';

const text = z.string().optional();

/** What is read of an event of EMR on EKS. */
const stateChange = z.object({
  source: z.literal('aws.emr-containers'),
  'detail-type': z.literal('EMR Job Run State Change'),
  time: z.string(),
  detail: z.object({
    id: z.string(),
    name: text,
    arn: text,
    virtualClusterId: z.string(),
    state: z.string(),
    failureReason: text,
    stateDetails: text,
    createdBy: text,
    releaseLabel: text,
    executionRoleArn: text,
  }),
});
const anyEvent = z.object({ source: z.string(), 'detail-type': z.string() });

const OVER: readonly string[] = ['COMPLETED', 'FAILED', 'CANCELLED'];

export interface ChangedJobRun {
  jobRun: JobRun & { id: string; virtualClusterId: string };
  /** When it came into its state, to the second. */
  at: Date;
}

/** Reads a message's body (pure). */
export function readMessage(body: string): Message<ChangedJobRun> {
  const given = parseJson(body);
  const { success: isEvent, data: event } = anyEvent.safeParse(given);
  if (!isEvent) return { kind: 'poison', why: 'it is no event of EventBridge' };
  if (event.source !== 'aws.emr-containers') return { kind: 'other' };
  if (event['detail-type'] !== 'EMR Job Run State Change') return { kind: 'other' };
  const { data, error } = stateChange.safeParse(given);
  if (data === undefined) return { kind: 'poison', why: z.prettifyError(error) };
  const at = new Date(data.time);
  if (Number.isNaN(at.getTime())) return { kind: 'poison', why: `its time is ${data.time}` };
  const { state, failureReason, ...detail } = data.detail;
  const jobRun = {
    ...detail,
    state: state as JobRunState,
    ...(failureReason === undefined ? {} : { failureReason }),
    ...(OVER.includes(state) ? { finishedAt: at } : {}),
  } as ChangedJobRun['jobRun'];
  return { kind: 'item', item: { jobRun, at } };
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
