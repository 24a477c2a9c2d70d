import { settingsOf, type EcsConfig } from '../open.ts';
import type { EcsSettings } from '../settings.ts';
import { checkChanges } from './check-changes.ts';
import { checkCluster } from './check-cluster.ts';
import { checkLogs, checkNetwork, checkReading, checkRoles } from './check-tasks.ts';
import type { AwsClients } from './clients.ts';
import { note, type Finding } from './finding.ts';

export interface CheckRequest {
  config: EcsConfig;
  cluster: string;
  /** The rule that fills the queue. */
  rule: string;
}

/**
 * What a worker needs to run tasks on a cluster, one finding after the other. Nothing is changed, and so
 * permissions to start and change are not tried.
 */
export async function* check(aws: AwsClients, request: CheckRequest): AsyncGenerator<Finding> {
  const { config, cluster, rule } = request;
  const settings = settingsOf(config, cluster, aws.region);
  const ofCluster = await checkCluster(aws, settings);
  yield* ofCluster;
  yield* await checkChanges(aws, cluster, config.queue_status ?? null, rule);
  const isThere = ofCluster[0]?.state === 'ok';
  if (isThere) yield* await checkReading(aws, settings);
  yield* await checkLogs(aws, settings);
  yield* checkRoles(settings);
  yield* await checkNetwork(aws, settings);
  yield note(`not tried, since AWS has no dry run of it: ${untried(config, settings).join(', ')}`);
}

function untried({ queue_status: queue }: EcsConfig, settings: EcsSettings): string[] {
  const roles = [settings.executionRoleArn, settings.taskRoleArn].filter((role) => role !== null);
  return [
    'ecs:RunTask',
    'ecs:StopTask',
    'ecs:RegisterTaskDefinition',
    'ecs:TagResource',
    ...(queue === undefined
      ? []
      : ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility']),
    ...roles.map((role) => `iam:PassRole for ${role}`),
  ];
}
