import { DescribeLogGroupsCommand, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  DescribeInstancesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
} from '@aws-sdk/client-ec2';
import {
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ListTasksCommand,
} from '@aws-sdk/client-ecs';
import { isNamed } from '../../../aws/client.ts';
import { messageOf } from '../../../domain/errors.ts';
import { FAMILY_PREFIX } from '../names.ts';
import type { EcsSettings } from '../settings.ts';
import { logPlace } from '../spec.ts';
import { permitted, type AwsClients } from './clients.ts';
import { looked, missing, note, ok, type Finding } from './finding.ts';

/** Nobody's task and nobody's instance: asking for them tells whether one may ask. */
const NOBODY = '0'.repeat(32);

/** Whether a worker may read what it reads of tasks. */
export async function checkReading(aws: AwsClients, settings: EcsSettings): Promise<Finding[]> {
  const { ecs, ec2 } = aws;
  const { cluster, launchType } = settings;
  const taskDefinition = `${FAMILY_PREFIX}${NOBODY}`;
  const calls: [string, () => Promise<unknown>][] = [
    [
      'ecs:DescribeTaskDefinition',
      () =>
        unless(
          ['ClientException'],
          ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition })),
        ),
    ],
    ['ecs:ListTasks', () => ecs.send(new ListTasksCommand({ cluster, maxResults: 1 }))],
    ['ecs:DescribeTasks', () => ecs.send(new DescribeTasksCommand({ cluster, tasks: [NOBODY] }))],
    ...(launchType === 'EC2'
      ? [
          [
            'ec2:DescribeInstances',
            () => ec2.send(new DescribeInstancesCommand({ MaxResults: 5 })),
          ] as [string, () => Promise<unknown>],
        ]
      : []),
  ];
  return allowed(calls);
}

async function allowed(calls: readonly [string, () => Promise<unknown>][]): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const [action, call] of calls) {
    const look = async (): Promise<Finding[]> => {
      await permitted(action, call);
      return [ok(`permission ${action}`)];
    };
    findings.push(...(await looked(action, look)));
  }
  return findings;
}

/** A call of which errors of these names say that it was allowed. */
async function unless(names: readonly string[], call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!isNamed(error, ...names)) throw error;
  }
}

/** Whether logs have a place that can be read. */
export async function checkLogs(aws: AwsClients, settings: EcsSettings): Promise<Finding[]> {
  const place = logPlace(settings, NOBODY);
  const { driver } = settings.log;
  if (place === null) return [note(`logs go to ${driver}, where Flotilla does not read them`)];
  const { group, stream } = place;
  const there = await looked(
    `log group ${group}`,
    async () => {
      const query = new DescribeLogGroupsCommand({ logGroupNamePrefix: group });
      const action = 'logs:DescribeLogGroups';
      const { logGroups = [] } = await permitted(action, () => aws.logs.send(query));
      if (logGroups.some(({ logGroupName }) => logGroupName === group)) {
        return [ok(`log group ${group}`)];
      }
      const makes =
        'the first launch makes it with logs:CreateLogGroup and logs:PutRetentionPolicy';
      return [note(`log group ${group} is not there: ${makes}; without these, create it`)];
    },
    true,
  );
  const query = new GetLogEventsCommand({ logGroupName: group, logStreamName: stream, limit: 1 });
  const read = (): Promise<void> => unless(['ResourceNotFoundException'], aws.logs.send(query));
  return [...there, ...(await allowed([['logs:GetLogEvents', read]]))];
}

/** Whether the roles are configured that tasks cannot do without. */
export function checkRoles({ launchType, log, ...settings }: EcsSettings): Finding[] {
  const { executionRoleArn, taskRoleArn } = settings;
  const execution =
    executionRoleArn !== null
      ? ok(`execution role ${executionRoleArn}`)
      : launchType === 'FARGATE' && log.driver === 'awslogs'
        ? missing('ecs_execution_role_arn', 'on Fargate ECS writes logs by this role; set it')
        : note('ecs_execution_role_arn is not set: definitions with secrets cannot start');
  const task =
    taskRoleArn === null
      ? note('ecs_engine_task_role_arn is not set: commands have no role but what their run names')
      : ok(`task role ${taskRoleArn}`);
  return [execution, task];
}

/** Whether tasks with a network of their own have one to be in. */
export async function checkNetwork(aws: AwsClients, settings: EcsSettings): Promise<Finding[]> {
  const { networkMode, subnets, securityGroups } = settings;
  if (networkMode !== 'awsvpc') return [ok(`network mode ${networkMode}`)];
  if (subnets.length === 0) {
    return [missing('ecs_subnets', 'tasks with a network of their own need it; set it')];
  }
  const findings = await looked('subnets', () => checkSubnets(aws, subnets), true);
  if (securityGroups.length === 0) return findings;
  const groups = (): Promise<Finding[]> => checkSecurityGroups(aws, securityGroups);
  return [...findings, ...(await looked('security groups', groups, true))];
}

async function checkSubnets({ ec2 }: AwsClients, ids: readonly string[]): Promise<Finding[]> {
  const query = new DescribeSubnetsCommand({ SubnetIds: [...ids] });
  return permitted('ec2:DescribeSubnets', async () => {
    try {
      const { Subnets = [] } = await ec2.send(query);
      return Subnets.map(({ SubnetId: id, AvailableIpAddressCount: free = 0 }) =>
        free > 0
          ? ok(`subnet ${id}: ${free} addresses free`)
          : missing(`addresses in subnet ${id}`, 'it has none left; add a subnet to ecs_subnets'),
      );
    } catch (error) {
      if (!isNamed(error, 'InvalidSubnetID.NotFound')) throw error;
      return [missing('a subnet of ecs_subnets', messageOf(error))];
    }
  });
}

async function checkSecurityGroups(
  { ec2 }: AwsClients,
  ids: readonly string[],
): Promise<Finding[]> {
  const query = new DescribeSecurityGroupsCommand({ GroupIds: [...ids] });
  return permitted('ec2:DescribeSecurityGroups', async () => {
    try {
      await ec2.send(query);
      return [ok(`security groups ${ids.join(', ')}`)];
    } catch (error) {
      if (!isNamed(error, 'InvalidGroup.NotFound')) throw error;
      return [missing('a security group of ecs_security_groups', messageOf(error))];
    }
  });
}
