import { DescribeContainerInstancesCommand, type Task } from '@aws-sdk/client-ecs';
import { GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { GROUP, streamOf, type Aws } from './aws.ts';
import { call, callJson } from './call.ts';
import { useAws } from './use-aws.ts';

let aws: Aws;
useAws(
  (given) => {
    aws = given;
  },
  { settings: { silent_seconds: 0.7, stop_timeout_seconds: 1 } },
);

const fault = (name: string): Record<string, string> => ({ FLOTILLA_TEST_FAULT: name });
const sleeping = 'echo on; sleep 600';

async function startsOf(task: Task): Promise<number> {
  const records = await aws.emulator.control.tasks();
  return records.find((record) => record.taskArn === task.taskArn)?.starts ?? 0;
}

function instanceState(instance: string): Promise<string> {
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const body = `Action=DescribeInstances&Version=2016-11-15&InstanceId.1=${instance}`;
  return call(aws.emulator.endpoint, 'ec2', form, body);
}

test.each([
  ['ec2', 'image-not-found', /^CannotPullContainerError: .*job:1 not found: manifest unknown/],
  ['fargate', 'image-not-found', /^CannotPullContainerError: .*job:1: not found/],
  ['ec2', 'image-timeout', /^CannotPullContainerError: .*Client.Timeout exceeded/],
  ['fargate', 'image-timeout', /^CannotPullContainerError: .*i\/o timeout/],
  ['ec2', 'disk-full', /^CannotCreateContainerError: .*no space left on device/],
  ['fargate', 'disk-full', /^CannotPullContainerError: .*no space left on device/],
  ['ec2', 'too-many-files', /^CannotStartContainerError: .*too many open files/],
  ['fargate', 'too-many-files', /^CannotStartContainerError: .*too many open files/],
] as const)('%s: %s', async (on, name, reason) => {
  const task = await aws.stopped('true', fault(name), on);
  expect(task.stopCode).toBe('TaskFailedToStart');
  expect(task.stoppedReason).toMatch(on === 'ec2' ? /^Task failed to start$/ : reason);
  expect(task.containers?.[0]?.reason).toMatch(reason);
  expect(task.containers?.[0]?.exitCode).toBeUndefined();
  expect(task.startedAt).toBeUndefined();
  expect(await startsOf(task)).toBe(0);
});

test('a role that ECS may not assume', async () => {
  const task = await aws.stopped('true', fault('bad-role'));
  expect(task.stopCode).toBe('TaskFailedToStart');
  expect(task.stoppedReason).toBe(
    `ECS was unable to assume the role '${aws.emulator.taskRole}' that was provided for this task. ` +
      'Please verify that the role being passed has the proper trust relationship and permissions ' +
      'and that your IAM user has permissions to pass this role.',
  );
});

test('a container that takes too much memory is killed', async () => {
  const task = await aws.stopped(sleeping, fault('out-of-memory'));
  expect(task).toMatchObject({ stopCode: 'EssentialContainerExited' });
  expect(task.containers?.[0]).toMatchObject({
    exitCode: 137,
    reason: 'OutOfMemoryError: Container killed due to memory usage',
  });
});

test('a spot interruption that comes too fast leaves no exit code', async () => {
  const task = await aws.stopped(sleeping, fault('spot-interruption'), 'fargate');
  expect(task).toMatchObject({
    stopCode: 'SpotInterruption',
    stoppedReason: 'Your Spot Task was interrupted.',
  });
  expect(task.containers?.[0]?.exitCode).toBeUndefined();
});

test('a spot interruption ends a task by SIGTERM', async () => {
  const task = await aws.stopped(sleeping, fault('spot-interruption-told'), 'fargate');
  expect(task.stopCode).toBe('SpotInterruption');
  expect(task.containers?.[0]?.exitCode).toBe(143);
});

test('the test interrupts a task', async () => {
  const task = await aws.until(await aws.start(sleeping), 'RUNNING');
  await aws.emulator.control.interrupt(task.taskArn ?? '', { told: false });
  expect(await aws.until(task, 'STOPPED')).toMatchObject({ stopCode: 'SpotInterruption' });
});

test('a lost host is silent, then terminated in EC2, and its task with it', async () => {
  await aws.emulator.control.settings({ silent_seconds: 5 });
  const task = await aws.until(await aws.start(sleeping, fault('host-lost')), 'RUNNING');
  const host = async () => {
    const { containerInstances } = await aws.ecs.send(
      new DescribeContainerInstancesCommand({
        cluster: task.clusterArn,
        containerInstances: [task.containerInstanceArn ?? ''],
      }),
    );
    return containerInstances?.[0];
  };
  // The host is the task's own: others keep theirs.
  const other = await aws.until(await aws.start(sleeping), 'RUNNING');
  expect(other.containerInstanceArn).not.toBe(task.containerInstanceArn);
  const silent = await eventually('the agent is silent', async () => {
    const now = await host();
    return now?.agentConnected === false && now;
  });
  const instance = silent.ec2InstanceId ?? '';
  expect(await aws.describe(task)).toMatchObject({
    lastStatus: 'RUNNING',
    connectivity: 'DISCONNECTED',
  });
  expect(await instanceState(instance)).toContain('<name>running</name>');
  const ended = await aws.until(task, 'STOPPED');
  expect(ended).toMatchObject({
    stopCode: 'TerminationNotice',
    stoppedReason: `Host EC2 (instance ${instance}) terminated.`,
  });
  expect(ended.containers?.[0]?.exitCode).toBeUndefined();
  expect(await aws.describe(other)).toMatchObject({ lastStatus: 'RUNNING' });
  expect(await host()).toBeUndefined();
  expect(await instanceState(instance)).toContain('<name>terminated</name>');
});

test('a task may end while its host is silent, and ECS hears of it afterwards', async () => {
  const marked = aws.emulator.ledger.note('ended');
  const variables = { FLOTILLA_RUN_ID: 'silent', FLOTILLA_RUN_ATTEMPT: '1' };
  const task = await aws.start(`sleep 0.5; ${marked}; exit 4`, {
    ...variables,
    ...fault('host-silent'),
  });
  await eventually(
    'it has ended',
    () => aws.emulator.ledger.attempts('ended', 'silent').length > 0,
  );
  expect(await aws.describe(task)).toMatchObject({ lastStatus: 'RUNNING' });
  const ended = await aws.until(task, 'STOPPED');
  expect(ended).toMatchObject({ stopCode: 'EssentialContainerExited', connectivity: 'CONNECTED' });
  expect(ended.containers?.[0]?.exitCode).toBe(4);
});

test('secrets come from Secrets Manager and from Parameter Store', async () => {
  const { endpoint } = aws.emulator;
  const secret = (await callJson(endpoint, 'secretsmanager', 'secretsmanager.CreateSecret', {
    Name: 'db',
    SecretString: '{"password":"hidden"}',
  })) as { ARN: string };
  const parameter = { Name: '/app/key', Value: 'kept', Type: 'SecureString' };
  await callJson(endpoint, 'ssm', 'AmazonSSM.PutParameter', parameter);
  const secrets = [
    { name: 'WHOLE', valueFrom: secret.ARN },
    { name: 'KEY', valueFrom: `${secret.ARN}:password::` },
    { name: 'PARAMETER', valueFrom: '/app/key' },
    { name: 'BY_ARN', valueFrom: 'arn:aws:ssm:us-east-1:123456789012:parameter/app/key' },
  ];
  const definition = await aws.define('ec2', { container: { secrets } });
  const command = 'echo $WHOLE $KEY $PARAMETER $BY_ARN';
  const task = await aws.until(await aws.run(aws.request(definition, command)), 'STOPPED');
  const { events } = await aws.logs.send(
    new GetLogEventsCommand({ logGroupName: GROUP, logStreamName: streamOf(task) }),
  );
  expect(events?.[0]?.message).toBe('{"password":"hidden"} hidden kept kept');

  const missing = [{ name: 'NONE', valueFrom: '/app/none' }];
  const other = await aws.define('ec2', { container: { secrets: missing } });
  const failed = await aws.until(await aws.run(aws.request(other, 'true')), 'STOPPED');
  expect(failed).toMatchObject({
    stopCode: 'TaskFailedToStart',
    stoppedReason: expect.stringContaining('ResourceInitializationError: unable to pull secrets'),
  });
});
