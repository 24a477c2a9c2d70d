import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ECSClient } from '@aws-sdk/client-ecs';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SQSClient } from '@aws-sdk/client-sqs';
import { clientSettings, isDenied, unavailable } from '../../../aws/client.ts';
import { FlotillaError, messageOf } from '../../../domain/errors.ts';

/** Clients of what an operator looks at or makes in one region. */
export interface AwsClients {
  region: string;
  ecs: ECSClient;
  ec2: EC2Client;
  events: EventBridgeClient;
  logs: CloudWatchLogsClient;
  sqs: SQSClient;
  close(): void;
}

/**
 * @param region unset, the one that AWS's own tools would take
 * @throws FlotillaError `invalid` when there is none
 */
export async function openClients(region: string | undefined): Promise<AwsClients> {
  const settings = clientSettings({ region });
  const clients = {
    ecs: new ECSClient(settings),
    ec2: new EC2Client(settings),
    events: new EventBridgeClient(settings),
    logs: new CloudWatchLogsClient(settings),
    sqs: new SQSClient(settings),
  };
  const close = (): void => Object.values(clients).forEach((client) => client.destroy());
  try {
    return { ...clients, region: await clients.ecs.config.region(), close };
  } catch (error) {
    close();
    const text = 'configuration: AWS_DEFAULT_REGION must be set, or --region given';
    throw new FlotillaError('invalid', text, { cause: error });
  }
}

/**
 * One call, whose refusal names the permission that it takes.
 * @param action such as `sqs:CreateQueue`
 * @throws FlotillaError `forbidden` without the permission, with it as `field`, `unavailable` for anything else
 */
export async function permitted<T>(action: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof FlotillaError) throw error;
    if (!isDenied(error)) throw unavailable(action, error);
    const text = `permission ${action} is missing: ${messageOf(error)}`;
    throw new FlotillaError('forbidden', text, { field: action, cause: error });
  }
}
