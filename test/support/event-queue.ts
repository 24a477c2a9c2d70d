import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { AwsClient } from './provision/aws-client.ts';

/** A queue that EventBridge fills with the events that a pattern is for; the rule is named as the queue. */
export async function makeEventQueue(
  client: AwsClient,
  name: string,
  pattern: Record<string, unknown>,
): Promise<{ url: string }> {
  const sqs = new SQSClient(client);
  const events = new EventBridgeClient(client);
  const { QueueUrl: url = '' } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }),
  );
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
