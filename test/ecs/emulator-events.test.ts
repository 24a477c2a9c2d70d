import {
  DisableRuleCommand,
  EnableRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  TestEventPatternCommand,
} from '@aws-sdk/client-eventbridge';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  type Message,
} from '@aws-sdk/client-sqs';
import { StopTaskCommand, type Task } from '@aws-sdk/client-ecs';
import { expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import type { Aws } from './aws.ts';
import { useAws } from './use-aws.ts';

const RULE = 'arn:aws:events:us-east-1:123456789012:rule/status';
const QUEUE = 'arn:aws:sqs:us-east-1:123456789012:status';

interface StatusEvent {
  source: string;
  'detail-type': string;
  account: string;
  region: string;
  time: string;
  resources: string[];
  detail: { taskArn: string; lastStatus: string; version: number; [key: string]: unknown };
}

let aws: Aws;
let queueUrl: string;

useAws(async (given) => {
  aws = given;
  const queue = await aws.sqs.send(new CreateQueueCommand({ QueueName: 'status' }));
  queueUrl = queue.QueueUrl ?? '';
  const pattern = { source: ['aws.ecs'], 'detail-type': ['ECS Task State Change'] };
  const rule = { Name: 'status', EventPattern: JSON.stringify(pattern) };
  await aws.events.send(new PutRuleCommand(rule));
  await aws.events.send(
    new PutTargetsCommand({ Rule: 'status', Targets: [{ Id: 'queue', Arn: QUEUE }] }),
  );
  await allow(RULE);
});

/** The queue's policy lets EventBridge send for a rule. */
async function allow(rule: string): Promise<void> {
  const statement = {
    Effect: 'Allow',
    Principal: { Service: 'events.amazonaws.com' },
    Action: 'sqs:SendMessage',
    Resource: QUEUE,
    Condition: { ArnEquals: { 'aws:SourceArn': rule } },
  };
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  const command = { QueueUrl: queueUrl, Attributes: { Policy } };
  await aws.sqs.send(new SetQueueAttributesCommand(command));
}

async function take(seconds = 0): Promise<Message[]> {
  const { Messages = [] } = await aws.sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: queueUrl,
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: seconds,
    }),
  );
  if (Messages.length > 0)
    await aws.sqs.send(
      new DeleteMessageBatchCommand({
        QueueUrl: queueUrl,
        Entries: Messages.map(({ ReceiptHandle }, i) => ({ Id: String(i), ReceiptHandle })),
      }),
    );
  return Messages;
}

/** Events of a task in the order of the queue, until it is empty. */
async function eventsOf(task: Task): Promise<StatusEvent[]> {
  const events: StatusEvent[] = [];
  for (;;) {
    const messages = await take();
    if (messages.length === 0)
      return events.filter(({ detail }) => detail.taskArn === task.taskArn);
    events.push(...messages.map(({ Body }) => JSON.parse(Body ?? '') as StatusEvent));
  }
}

async function statuses(variables: Record<string, string>, on?: 'fargate'): Promise<string[]> {
  const task = await aws.stopped('true', variables, on);
  return (await eventsOf(task)).map(({ detail }) => detail.lastStatus);
}

test('each change of a task is an event with the next version', async () => {
  const variables = { FLOTILLA_SERVER_MODE: 'test', FLOTILLA_RUN_ID: 'run-1' };
  const task = await aws.stopped('exit 7', variables);
  const events = await eventsOf(task);
  expect(events.map(({ detail }) => [detail.lastStatus, detail.version])).toEqual([
    ['PENDING', 1],
    ['RUNNING', 2],
    ['STOPPED', 3],
  ]);
  const last = events.at(-1);
  expect(last).toMatchObject({
    version: '0',
    source: 'aws.ecs',
    'detail-type': 'ECS Task State Change',
    account: '123456789012',
    region: 'us-east-1',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    resources: [task.taskArn],
  });
  expect(last).not.toHaveProperty('ingestion-time');
  expect(last?.detail).toMatchObject({
    taskArn: task.taskArn,
    clusterArn: task.clusterArn,
    taskDefinitionArn: task.taskDefinitionArn,
    startedBy: task.startedBy,
    desiredStatus: 'STOPPED',
    stopCode: 'EssentialContainerExited',
    stoppedReason: 'Essential container in task exited',
    containers: [{ name: 'main', lastStatus: 'STOPPED', exitCode: 7 }],
    overrides: {
      containerOverrides: [
        {
          name: 'main',
          environment: [
            { name: 'FLOTILLA_SERVER_MODE', value: 'test' },
            { name: 'FLOTILLA_RUN_ID', value: 'run-1' },
          ],
        },
      ],
    },
  });
  const told = await aws.describe(task);
  expect(last?.detail['stoppedAt']).toBe(told?.stoppedAt?.toISOString());
  expect(last?.detail['updatedAt']).toMatch(/^\d{4}-.*\.\d{3}Z$/);
  expect(last?.detail).not.toHaveProperty('tags');
});

test('a task on Fargate tells of its interface too', async () => {
  const task = await aws.stopped('true', {}, 'fargate');
  const events = await eventsOf(task);
  expect(events.map(({ detail }) => detail.lastStatus)).toEqual([
    'PROVISIONING',
    'PENDING',
    'RUNNING',
    'DEPROVISIONING',
    'STOPPED',
  ]);
  expect(events.at(-1)?.detail['attachments']).toMatchObject([{ type: 'eni', status: 'DELETED' }]);
  const deprovisioning = events.at(-2)?.detail;
  expect(deprovisioning).toMatchObject({ containers: [{ exitCode: 0 }] });
  expect(deprovisioning).not.toHaveProperty('stoppedAt');
});

test('that a task is asked to stop is an event of its own', async () => {
  const task = await aws.until(await aws.start('sleep 600'), 'RUNNING');
  await aws.ecs.send(new StopTaskCommand({ cluster: task.clusterArn, task: task.taskArn }));
  await aws.until(task, 'STOPPED');
  const events = await eventsOf(task);
  expect(events.map(({ detail }) => [detail.lastStatus, detail['desiredStatus']])).toEqual([
    ['PENDING', 'RUNNING'],
    ['RUNNING', 'RUNNING'],
    ['RUNNING', 'STOPPED'],
    ['STOPPED', 'STOPPED'],
  ]);
});

test.each([
  ['event-lost', ['PENDING', 'RUNNING']],
  ['event-lost:RUNNING', ['PENDING', 'STOPPED']],
  ['event-lost:all', []],
  ['event-twice:STOPPED', ['PENDING', 'RUNNING', 'STOPPED', 'STOPPED']],
  ['event-twice', ['PENDING', 'PENDING', 'RUNNING', 'RUNNING', 'STOPPED', 'STOPPED']],
  ['events-out-of-order', ['STOPPED', 'RUNNING', 'PENDING']],
])('%s', async (fault, wanted) => {
  expect(await statuses({ FLOTILLA_TEST_FAULT: fault })).toEqual(wanted);
});

test('events wait while they are held, and keep their order', async () => {
  await aws.emulator.control.holdEvents();
  const task = await aws.stopped('true');
  expect(await eventsOf(task)).toEqual([]);
  await aws.emulator.control.releaseEvents();
  const events = await eventsOf(task);
  expect(events.map(({ detail }) => detail.lastStatus)).toEqual(['PENDING', 'RUNNING', 'STOPPED']);
});

test('without a policy that lets the rule send, nothing arrives', async () => {
  await allow(RULE.replace('status', 'other'));
  expect(await statuses({})).toEqual([]);
  await allow(RULE);
  expect(await statuses({})).toEqual(['PENDING', 'RUNNING', 'STOPPED']);
});

test('a disabled rule delivers nothing', async () => {
  await aws.events.send(new DisableRuleCommand({ Name: 'status' }));
  expect(await statuses({})).toEqual([]);
  await aws.events.send(new EnableRuleCommand({ Name: 'status' }));
  expect(await statuses({})).toHaveLength(3);
});

test('no message is lost that is sent while others are deleted', async () => {
  const wanted = 200;
  const send = async (): Promise<void> => {
    for (let i = 0; i < wanted / 4; i += 1)
      await aws.sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: 'x' }));
  };
  const sending = Promise.all([send(), send(), send(), send()]);
  let received = 0;
  await eventually('all of them arrive', async () => {
    received += (await take()).length;
    return received === wanted;
  });
  await sending;
  expect(await take()).toEqual([]);
});

test('the queue refuses, loses and holds calls as long as it is told to', async () => {
  const { control } = aws.emulator;
  const refused = await control.interfere({ service: 'sqs', kind: 'unavailable' });
  await expect(take()).rejects.toMatchObject({ $metadata: { httpStatusCode: 503 } });
  await refused();
  await control.interfere({ service: 'sqs', operation: 'ReceiveMessage', kind: 'lost', times: 1 });
  await expect(take()).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(await take()).toEqual([]);
  const held = await control.interfere({ service: 'sqs', kind: 'held' });
  const waiting = take();
  const first = await Promise.race([waiting, control.calls().then(() => 'still waiting')]);
  expect(first).toBe('still waiting');
  await held();
  expect(await waiting).toEqual([]);
});

test('a call may be throttled, denied, or end in an error of choice', async () => {
  const { control } = aws.emulator;
  const stop = new StopTaskCommand({ cluster: aws.emulator.clusters.ec2, task: 'x' });
  const interfere = { service: 'ecs', operation: 'StopTask', times: 1 } as const;
  await control.interfere({ ...interfere, kind: 'throttled' });
  await expect(aws.ecs.send(stop)).rejects.toMatchObject({ name: 'ThrottlingException' });
  await control.interfere({ ...interfere, kind: 'denied' });
  await expect(aws.ecs.send(stop)).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message: expect.stringContaining('not authorized to perform: ecs:StopTask'),
  });
  await control.interfere({ ...interfere, kind: 'error', code: 'ServerException', message: 'm' });
  await expect(aws.ecs.send(stop)).rejects.toMatchObject({ name: 'ServerException', message: 'm' });
  await expect(aws.ecs.send(stop)).rejects.toMatchObject({ name: 'InvalidParameterException' });
  const calls = await control.calls();
  expect(calls['ecs.StopTask']?.length).toBeGreaterThanOrEqual(4);
});

test('a pattern can be tried on an event', async () => {
  const pattern = { source: ['aws.ecs'], detail: { group: [{ prefix: 'family:a' }] } };
  const answers = ['family:ab', 'family:b'].map(async (group) => {
    const Event = JSON.stringify({ source: 'aws.ecs', detail: { group } });
    const EventPattern = JSON.stringify(pattern);
    return (await aws.events.send(new TestEventPatternCommand({ EventPattern, Event }))).Result;
  });
  expect(await Promise.all(answers)).toEqual([true, false]);
});

test('a queue keeps its policy when something else is set', async () => {
  const Attributes = { VisibilityTimeout: '30' };
  await aws.sqs.send(new SetQueueAttributesCommand({ QueueUrl: queueUrl, Attributes }));
  const query = { QueueUrl: queueUrl, AttributeNames: ['Policy' as const] };
  const answer = await aws.sqs.send(new GetQueueAttributesCommand(query));
  expect(answer.Attributes?.['Policy']).toContain(RULE);
});
