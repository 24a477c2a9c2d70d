import { PutRuleCommand, PutTargetsCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { Ecs } from '../support/ecs/start-ecs.ts';

/** A queue that EventBridge fills with the changes of all tasks, or of those of a cluster. */
export async function makeQueue(
  { client }: Ecs,
  name: string,
  cluster?: string,
): Promise<{ url: string }> {
  const sqs = new SQSClient(client);
  const events = new EventBridgeClient(client);
  const { QueueUrl: url = '' } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }),
  );
  const pattern = {
    source: ['aws.ecs'],
    'detail-type': ['ECS Task State Change'],
    ...(cluster === undefined ? {} : { detail: { clusterArn: [arnOf(client, cluster)] } }),
  };
  const rule = { Name: name, EventPattern: JSON.stringify(pattern) };
  const { RuleArn } = await events.send(new PutRuleCommand(rule));
  const arn = Attributes?.['QueueArn'] ?? '';
  const statement = {
    Effect: 'Allow',
    Principal: { Service: 'events.amazonaws.com' },
    Action: 'sqs:SendMessage',
    Resource: arn,
    Condition: { ArnEquals: { 'aws:SourceArn': RuleArn } },
  };
  const policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { Policy: policy } }));
  await events.send(new PutTargetsCommand({ Rule: name, Targets: [{ Id: name, Arn: arn }] }));
  sqs.destroy();
  events.destroy();
  return { url };
}

function arnOf({ region }: Ecs['client'], cluster: string): string {
  return `arn:aws:ecs:${region}:123456789012:cluster/${cluster}`;
}
