import {
  DescribeRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs';
import { afterEach, expect, test } from 'vitest';
import { openEcs } from '../../engines/ecs/open.ts';
import { attemptSpec, limitedTo, register } from '../support/attempt-spec.ts';
import { ecsConfig } from './engines.ts';
import { useOperator, type Operator } from './setup.ts';

let operator: Operator;
useOperator((given) => (operator = given));
afterEach(() => operator.ecs.control.clear());

async function attributesOf(queue: string): Promise<Partial<Record<string, string>>> {
  const { sqs } = operator.aws;
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: queue }));
  const query = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] });
  return (await sqs.send(query)).Attributes ?? {};
}
const ruleOf = (Name: string) => operator.aws.events.send(new DescribeRuleCommand({ Name }));
const statementsOf = async (queue: string) => {
  const { Policy: text = '{}' } = await attributesOf(queue);
  return (JSON.parse(text) as { Statement: Record<string, unknown>[] }).Statement;
};

test('it makes all that is needed, and the second time nothing', async () => {
  expect(await operator.setUp({ queue: 'all', rule: 'all-rule' })).toEqual([
    'created queue all',
    'created rule all-rule',
    'created policy of queue all: rule all-rule may send',
    'created target all of rule all-rule',
  ]);
  expect(await attributesOf('all')).toMatchObject({
    MessageRetentionPeriod: '1209600',
    ReceiveMessageWaitTimeSeconds: '20',
  });
  const before = await operator.changes();
  expect(await operator.setUp({ queue: 'all', rule: 'all-rule' })).toEqual([
    'queue all is as it should be',
    'rule all-rule is as it should be',
    'policy of queue all is as it should be',
    'target all of rule all-rule is as it should be',
  ]);
  expect(await operator.changes()).toBe(before);
});

test('changes of tasks come through what it made, and only the rule may send', async () => {
  const { ecs } = operator;
  await operator.setUp({ queue: 'told', clusters: [ecs.clusters.ec2] });
  const [statement, ...others] = await statementsOf('told');
  expect(others).toEqual([]);
  expect(statement).toMatchObject({
    Principal: { Service: 'events.amazonaws.com' },
    Condition: { ArnEquals: { 'aws:SourceArn': (await ruleOf('told')).Arn } },
  });
  const config = ecsConfig(ecs, { queue_status: 'told' });
  const place = { name: ecs.clusters.ec2, region: ecs.client.region };
  const engine = openEcs(config, place, () => undefined);
  const stop = new AbortController();
  const phases: string[] = [];
  const watching = (async () => {
    for await (const change of engine.watch(stop.signal)) {
      if (change.kind === 'job') phases.push(change.job.phase);
      if (phases.includes('STOPPED')) return;
    }
  })();
  const spec = attemptSpec('true', { image: 'registry.example/job:1', ...limitedTo(64) });
  await engine.launch(spec, stop.signal, register);
  await watching;
  expect(phases.at(-1)).toBe('STOPPED');
  await engine.close();
});

test('a dry run shows what would be done, and does nothing', async () => {
  const before = await operator.changes();
  const request = { queue: 'dry', clusters: ['batch'], dryRun: true };
  expect(await operator.setUp(request)).toEqual([
    'would create queue dry',
    'would create rule dry',
    'would create policy of queue dry: rule dry may send',
    'would create target dry of rule dry',
  ]);
  expect(await operator.changes()).toBe(before);
});

test('of a queue that is there only what would lose or delay changes is changed', async () => {
  const { sqs } = operator.aws;
  const foreign = {
    Sid: 'Theirs',
    Effect: 'Allow',
    Principal: '*',
    Action: 'sqs:*',
    Resource: '*',
  };
  const Attributes = {
    MessageRetentionPeriod: '86400',
    DelaySeconds: '30',
    VisibilityTimeout: '7',
    Policy: JSON.stringify({ Version: '2012-10-17', Id: 'theirs', Statement: foreign }),
  };
  await sqs.send(new CreateQueueCommand({ QueueName: 'mended', Attributes }));
  expect((await operator.setUp({ queue: 'mended' })).slice(0, 3)).toEqual([
    'updated queue mended: messages are kept for 14 days, were 1, messages are not delayed, were by 30 seconds',
    'created rule mended',
    'updated policy of queue mended: rule mended may send',
  ]);
  const now = await attributesOf('mended');
  expect(now).toMatchObject({
    MessageRetentionPeriod: '1209600',
    DelaySeconds: '0',
    VisibilityTimeout: '7',
  });
  const statements = await statementsOf('mended');
  expect(statements.map(({ Sid }) => Sid)).toEqual(['Theirs', 'FlotillaRuleMended']);
  expect(statements[0]).toEqual(foreign);
  expect(JSON.parse(now.Policy ?? '')).toMatchObject({ Id: 'theirs' });
  const before = await operator.changes();
  await operator.setUp({ queue: 'mended' });
  expect(await operator.changes()).toBe(before);
});

test('a rule that is off, asks for something else or changes events is made right', async () => {
  const { events, sqs } = operator.aws;
  await operator.setUp({ queue: 'right' });
  const { QueueArn: Arn } = await attributesOf('right');
  const EventPattern = JSON.stringify({ source: ['aws.ecs'] });
  await events.send(
    new PutRuleCommand({ Name: 'right', EventPattern, State: 'DISABLED', Description: 'kept' }),
  );
  const target = { Id: 'right', Arn, InputPath: '$.detail' };
  await events.send(new PutTargetsCommand({ Rule: 'right', Targets: [target] }));
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: 'right' }));
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy: '' } }));
  expect(await operator.setUp({ queue: 'right' })).toEqual([
    'queue right is as it should be',
    'updated rule right: it was switched off, its pattern was {"source":["aws.ecs"]}',
    'created policy of queue right: rule right may send',
    'updated target right of rule right: it gets events as they are',
  ]);
  expect(await ruleOf('right')).toMatchObject({ State: 'ENABLED', Description: 'kept' });
});

test('a rule that somebody else uses is left alone', async () => {
  const { events } = operator.aws;
  const EventPattern = JSON.stringify({ source: ['aws.ec2'] });
  await events.send(new PutRuleCommand({ Name: 'theirs', EventPattern }));
  const Targets = [{ Id: 'a', Arn: 'arn:aws:sqs:us-east-1:123456789012:other' }];
  await events.send(new PutTargetsCommand({ Rule: 'theirs', Targets }));
  await expect(operator.setUp({ queue: 'mine', rule: 'theirs' })).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('queue_status_rule names one that is Flotilla'),
  });
  expect((await ruleOf('theirs')).EventPattern).toBe(EventPattern);
});

test('with clusters named, the rule asks for theirs only', async () => {
  await operator.setUp({ queue: 'some', clusters: ['b', 'a'] });
  const pattern = JSON.parse((await ruleOf('some')).EventPattern ?? '') as { detail: unknown };
  expect(pattern.detail).toEqual({
    group: [{ prefix: 'family:flotilla-' }],
    clusterArn: ['a', 'b'].map((name) => `arn:aws:ecs:us-east-1:123456789012:cluster/${name}`),
  });
  const before = await operator.changes();
  await operator.setUp({ queue: 'some', clusters: ['a', 'b'] });
  expect(await operator.changes()).toBe(before);
});

test('a queue that SQS does not show at once is waited for', async () => {
  const code = 'QueueDoesNotExist';
  const fault = { service: 'sqs', operation: 'GetQueueAttributes', kind: 'error', code } as const;
  await operator.ecs.control.interfere({ ...fault, times: 1 });
  const [line] = await operator.setUp({ queue: 'late' });
  expect(line).toBe('created queue late');
});

test.each([
  ['sqs', 'GetQueueUrl'],
  ['sqs', 'CreateQueue'],
  ['sqs', 'SetQueueAttributes'],
  ['events', 'DescribeRule'],
  ['events', 'PutRule'],
  ['events', 'PutTargets'],
] as const)('without %s:%s it names the permission', async (service, operation) => {
  await operator.ecs.control.interfere({ service, operation, kind: 'denied' });
  await expect(operator.setUp({ queue: `no-${operation}` })).rejects.toMatchObject({
    code: 'forbidden',
    message: expect.stringContaining(`permission ${service}:${operation} is missing`),
  });
});
