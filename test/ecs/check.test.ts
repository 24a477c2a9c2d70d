import { CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateClusterCommand } from '@aws-sdk/client-ecs';
import {
  DisableRuleCommand,
  PutRuleCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { GetQueueUrlCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { afterEach, beforeAll, expect, test } from 'vitest';
import type { Interference } from '../support/ecs/control.ts';
import { useOperator, type Operator } from './setup.ts';

let operator: Operator;
useOperator((given) => (operator = given));
beforeAll(async () => {
  const group = { logGroupName: '/flotilla/test' };
  await operator.aws.logs.send(new CreateLogGroupCommand(group));
});
afterEach(() => operator.ecs.control.clear());

const missing = (lines: readonly string[]): string[] =>
  lines.filter((line) => line.startsWith('MISSING'));
const setAttributes = async (queue: string, Attributes: Record<string, string>): Promise<void> => {
  const { sqs } = operator.aws;
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: queue }));
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }));
};
const denied = (service: Interference['service'], operation: string) =>
  operator.ecs.control.interfere({ service, operation, kind: 'denied' });

test('where all is there, nothing is missing, and nothing was changed', async () => {
  await operator.setUp({ queue: 'fine', clusters: [operator.ecs.clusters.ec2] });
  const before = await operator.changes();
  const lines = await operator.check({ queue_status: 'fine' });
  expect(missing(lines)).toEqual([]);
  expect(lines).toContain('ok      queue fine');
  expect(lines).toContain('ok      policy of queue fine: rule fine may send');
  expect(lines).toContain('ok      log group /flotilla/test');
  expect(lines.join('\n')).toMatch(/ok {6}capacity: 2 container instances, 192 of 192 vCPU and/);
  expect(lines.at(-1)).toMatch(/^note {4}not tried, .*ecs:RunTask.*iam:PassRole for arn:/);
  expect(await operator.changes()).toBe(before);
});

test('on Fargate it looks at subnets, groups and the execution role', async () => {
  const { fargate } = operator.ecs.clusters;
  await operator.setUp({ queue: 'far' });
  const config = { queue_status: 'far', ecs_launch_type: 'FARGATE' } as const;
  const lines = await operator.check(config, fargate);
  expect(missing(lines)).toEqual([]);
  expect(lines.join('\n')).toMatch(/ok {6}subnet subnet-\w+: \d+ addresses free/);
  expect(lines).toContain('ok      capacity: Fargate');
  const none = { ecs_execution_role_arn: undefined, ecs_subnets: [] };
  expect(missing(await operator.check({ ...config, ...none }, fargate))).toEqual([
    'MISSING ecs_execution_role_arn: on Fargate ECS writes logs by this role; set it',
    'MISSING ecs_subnets: tasks with a network of their own need it; set it',
  ]);
  const wrong = { ecs_subnets: ['subnet-00000000'], ecs_security_groups: ['sg-00000000'] };
  expect(missing(await operator.check({ ...config, ...wrong }, fargate))).toEqual([
    expect.stringMatching(/^MISSING a subnet of ecs_subnets: .*subnet-00000000/),
    expect.stringMatching(/^MISSING a security group of ecs_security_groups: .*sg-00000000/),
  ]);
});

test('a cluster that is not there, or has nothing to run on, is missing', async () => {
  await operator.setUp({ queue: 'where' });
  const config = { queue_status: 'where' };
  expect(missing(await operator.check(config, 'nowhere'))).toEqual([
    'MISSING cluster nowhere: ECS has none in us-east-1; create it, or mend its name or region (flotilla clusters)',
  ]);
  await operator.aws.ecs.send(new CreateClusterCommand({ clusterName: 'empty' }));
  const more = { ...config, ecs_spot_provider: 'cheap' };
  expect(missing(await operator.check(more, 'empty'))).toEqual([
    expect.stringMatching(/^MISSING container instances: .*set ecs_launch_type to FARGATE$/),
    'MISSING capacity provider cheap: ecs_spot_provider names one that the cluster has not (it has none)',
  ]);
});

test('instances whose agent is not connected have nothing left', async () => {
  const { control } = operator.ecs;
  await operator.aws.ecs.send(new CreateClusterCommand({ clusterName: 'half' }));
  const [one] = [await control.addHost('half'), await control.addHost('half')];
  await control.connectHost(one.ec2InstanceId, false);
  expect((await operator.check({}, 'half')).join('\n')).toContain(
    '2 container instances, 96 of 96 vCPU and 384 of 384 GiB free, the agents of 1 are not connected',
  );
});

test('without a queue it says what that means, and without the queue that is named what to call', async () => {
  const none = await operator.check({});
  expect(missing(none)).toEqual([]);
  expect(none.join('\n')).toContain('note    queue_status is not set: only the sweep tells');
  expect(missing(await operator.check({ queue_status: 'gone' }))).toEqual([
    'MISSING queue gone: call "flotilla aws setup"',
    'MISSING rule gone: call "flotilla aws setup"',
  ]);
});

test('a rule that is off, leaves the cluster out or puts events nowhere is told, and setup mends it', async () => {
  const { events } = operator.aws;
  const { ec2 } = operator.ecs.clusters;
  const config = { queue_status: 'broken' };
  const problems = async (): Promise<string[]> => missing(await operator.check(config));
  await operator.setUp({ queue: 'broken', clusters: ['another'] });
  expect(await problems()).toEqual([
    expect.stringMatching(
      `^MISSING changes of cluster ${ec2} in rule broken: its pattern .* leaves`,
    ),
  ]);
  await operator.setUp({ queue: 'broken' });
  await events.send(new DisableRuleCommand({ Name: 'broken' }));
  expect(await problems()).toEqual([
    'MISSING rule broken, enabled: it is switched off; call "flotilla aws setup"',
  ]);
  await operator.setUp({ queue: 'broken' });
  await events.send(new RemoveTargetsCommand({ Rule: 'broken', Ids: ['broken'] }));
  expect(await problems()).toEqual([
    'MISSING target broken of rule broken: call "flotilla aws setup"',
  ]);
  await operator.setUp({ queue: 'broken' });
  expect(await problems()).toEqual([]);
  const EventPattern = JSON.stringify({ source: ['aws.ecs'] });
  await events.send(new PutRuleCommand({ Name: 'broken', EventPattern }));
  expect(await problems()).toEqual([]);
});

const statement = {
  Effect: 'Allow',
  Principal: '*',
  Action: 'SQS:*',
  Resource: '*',
  Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:events:*:*:rule/*' } },
};
const others = { ...statement, Condition: { StringEquals: { 'aws:SourceAccount': '1' } } };
const deny = { ...statement, Effect: 'Deny', Condition: {} };

test.each([
  ['none', [], true],
  ['of flotilla-os', [statement], false],
  ['for another account', [others], true],
  ['with a denial', [statement, deny], true],
] as const)('a queue with the policy %s', async (_name, statements, isMissing) => {
  await operator.setUp({ queue: 'policy' });
  const policy = { Version: '2012-10-17', Statement: statements };
  const text = statements.length === 0 ? '' : JSON.stringify(policy);
  await setAttributes('policy', { Policy: text });
  const line =
    'MISSING policy of queue policy: rule policy may not send: call "flotilla aws setup"';
  const lines = await operator.check({ queue_status: 'policy' });
  expect(missing(lines)).toEqual(isMissing ? [line] : []);
});

test('a queue with a key that EventBridge may not use is told', async () => {
  await operator.setUp({ queue: 'locked' });
  await setAttributes('locked', { KmsMasterKeyId: 'alias/aws/sqs' });
  expect(missing(await operator.check({ queue_status: 'locked' }))).toEqual([
    expect.stringContaining('queue locked has alias/aws/sqs, which EventBridge may not use'),
  ]);
});

test.each([
  ['ecs', 'DescribeClusters'],
  ['ecs', 'DescribeTaskDefinition'],
  ['ecs', 'ListTasks'],
  ['ecs', 'DescribeTasks'],
  ['ec2', 'DescribeInstances'],
  ['sqs', 'GetQueueUrl'],
  ['sqs', 'GetQueueAttributes'],
  ['logs', 'GetLogEvents'],
] as const)('without %s:%s the permission is missing', async (service, operation) => {
  await operator.setUp({ queue: 'allowed' });
  await denied(service, operation);
  expect(missing(await operator.check({ queue_status: 'allowed' }))).toEqual([
    expect.stringMatching(
      `^MISSING permission ${service}:${operation}: User: .* is not authorized`,
    ),
  ]);
});

test('what a worker needs no permission for is only noted', async () => {
  await operator.setUp({ queue: 'noted' });
  await denied('events', 'DescribeRule');
  await denied('logs', 'DescribeLogGroups');
  await denied('ecs', 'ListContainerInstances');
  const lines = await operator.check({ queue_status: 'noted' });
  expect(missing(lines)).toEqual([]);
  const notes = lines.filter((line) => line.includes('is not known: permission'));
  expect(notes).toHaveLength(3);
});

test('the log group of the configuration may be one that is yet to be made', async () => {
  const lines = await operator.check({ ecs_log_namespace: '/flotilla/none' });
  expect(lines.join('\n')).toContain('note    log group /flotilla/none is not there');
});
