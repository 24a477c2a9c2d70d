import {
  ConflictException,
  DescribeClustersCommand,
  DescribeContainerInstancesCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  StopTaskCommand,
  type RunTaskCommandInput,
} from '@aws-sdk/client-ecs';
import { expect, test } from 'vitest';
import type { TaskRecord } from '../support/ecs/control.ts';
import type { Aws } from './aws.ts';
import { useAws } from './use-aws.ts';

let aws: Aws;
useAws((given) => {
  aws = given;
});

async function begunBy(startedBy: string | undefined): Promise<TaskRecord[]> {
  const records = await aws.emulator.control.tasks();
  return records.filter((record) => record.startedBy === startedBy);
}

const send = (input: RunTaskCommandInput) => aws.ecs.send(new RunTaskCommand(input));

async function request(
  more: Partial<RunTaskCommandInput> = {},
  variables: Record<string, string> = {},
): Promise<RunTaskCommandInput> {
  const on = more.launchType === 'FARGATE' ? 'fargate' : 'ec2';
  return aws.request(await aws.define(on), 'true', variables, more);
}

test('the same token and parameters are the same task, begun once', async () => {
  const asked = await request({ clientToken: 'token-1' });
  const answers = await Promise.all([send(asked), send(asked), send(asked)]);
  const arns = new Set(answers.map(({ tasks }) => tasks?.[0]?.taskArn));
  expect(arns.size).toBe(1);
  await aws.until(await aws.run(asked), 'STOPPED');
  const [record, ...others] = await begunBy(asked.startedBy);
  expect(others).toEqual([]);
  expect(record).toMatchObject({ clientToken: 'token-1', starts: 1, exitCodes: [0] });
});

test('a token with other parameters is a conflict that names its task', async () => {
  const asked = await request({ clientToken: 'token-2' });
  const task = await aws.run(asked);
  const other = { ...asked, tags: [{ key: 'a', value: 'b' }] };
  const error: unknown = await send(other).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ConflictException);
  expect((error as ConflictException).resourceIds).toEqual([task.taskArn]);
  expect(await begunBy(asked.startedBy)).toHaveLength(1);
});

test('a token is free again once its task is forgotten, and in another cluster', async () => {
  const asked = await request({ clientToken: 'token-3' });
  const first = await aws.until(await aws.run(asked), 'STOPPED');
  expect(await aws.emulator.control.forget([first.taskArn ?? ''])).toBe(1);
  expect(await aws.describe(first)).toBeNull();
  const second = await aws.run(asked);
  expect(second.taskArn).not.toBe(first.taskArn);
  const there = await request({ clientToken: 'token-3', launchType: 'FARGATE' });
  expect((await aws.run(there)).taskArn).toContain('fargate');
});

test('a launch whose answer is lost was accepted, and its repeat starts nothing', async () => {
  const variables = { FLOTILLA_TEST_FAULT: 'answer-lost' };
  const asked = await request({ clientToken: 'token-4' }, variables);
  await expect(send(asked)).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(await begunBy(asked.startedBy)).toHaveLength(1);
  await aws.until(await aws.run(asked), 'STOPPED');
  expect(await begunBy(asked.startedBy)).toMatchObject([{ starts: 1 }]);
});

test.each([
  ['resource-memory:2', 'RESOURCE:MEMORY'],
  ['agent:2', 'AGENT'],
])('%s: two launches find no room, and the third does', async (fault, reason) => {
  const asked = await request({ clientToken: aws.name('token') }, { FLOTILLA_TEST_FAULT: fault });
  for (const _ of [1, 2]) {
    const { tasks, failures } = await send(asked);
    expect(tasks).toEqual([]);
    expect(failures?.[0]).toMatchObject({ reason });
    expect(failures?.[0]?.arn).toMatch(/:container-instance\/hosts\//);
  }
  await aws.until(await aws.run(asked), 'STOPPED');
});

test('throttled launches, refused roles and an empty cluster are errors of AWS', async () => {
  const throttled = await request({}, { FLOTILLA_TEST_FAULT: 'throttled:2' });
  for (const _ of [1, 2])
    await expect(send(throttled)).rejects.toMatchObject({ name: 'ThrottlingException' });
  await aws.run(throttled);
  await expect(
    send(await request({}, { FLOTILLA_TEST_FAULT: 'pass-role-denied' })),
  ).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message: expect.stringContaining('iam:PassRole on resource: arn:aws:iam::'),
  });
  await expect(
    send(await request({}, { FLOTILLA_TEST_FAULT: 'no-instances' })),
  ).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message: 'No Container Instances were found in your cluster.',
  });
});

test('a fault may be asked for one attempt only', async () => {
  const variables = { FLOTILLA_TEST_FAULT: 'bad-role@1', FLOTILLA_RUN_ATTEMPT: '2' };
  const task = await aws.until(await aws.run(await request({}, variables)), 'STOPPED');
  expect(task.containers?.[0]?.exitCode).toBe(0);
  await expect(send(await request({}, { FLOTILLA_TEST_FAULT: 'nonsense' }))).rejects.toThrow(
    'names no fault',
  );
});

test('a task takes room of its host, and too big a one has none', async () => {
  const definition = await aws.define('ec2', { container: { memory: 1000, cpu: 100 } });
  const task = await aws.run(aws.request(definition, 'sleep 600'));
  const described = async (): Promise<Record<string, number | undefined>> => {
    const { containerInstances } = await aws.ecs.send(
      new DescribeContainerInstancesCommand({
        cluster: aws.emulator.clusters.ec2,
        containerInstances: [task.containerInstanceArn ?? ''],
      }),
    );
    const left = containerInstances?.[0]?.remainingResources ?? [];
    return Object.fromEntries(left.map((each) => [each.name, each.integerValue]));
  };
  const during = await described();
  await aws.ecs.send(new StopTaskCommand({ cluster: task.clusterArn, task: task.taskArn }));
  await aws.until(task, 'STOPPED');
  const after = await described();
  expect((after['MEMORY'] ?? 0) - (during['MEMORY'] ?? 0)).toBe(1000);
  expect((after['CPU'] ?? 0) - (during['CPU'] ?? 0)).toBe(100);
  const big = await aws.define('ec2', { container: { memory: 999_999_999 } });
  const { failures } = await send(aws.request(big, 'true'));
  expect(failures?.map((each) => each.reason)).toEqual(['RESOURCE:MEMORY', 'RESOURCE:MEMORY']);
});

test('two tasks with one host port do not share a host', async () => {
  const portMappings = [{ containerPort: 7000, hostPort: 7000 }];
  const definition = await aws.define('ec2', { container: { portMappings } });
  const tasks = [];
  for (const _ of [1, 2]) tasks.push(await aws.run(aws.request(definition, 'sleep 600')));
  expect(new Set(tasks.map((task) => task.containerInstanceArn)).size).toBe(2);
  const { failures } = await send(aws.request(definition, 'true'));
  expect(failures?.map((each) => each.reason)).toEqual(['RESOURCE:PORTS', 'RESOURCE:PORTS']);
  for (const task of tasks)
    await aws.ecs.send(new StopTaskCommand({ cluster: task.clusterArn, task: task.taskArn }));
});

test('providers: Fargate, Fargate spot, spot hosts; not both strategy and launch type', async () => {
  const onFargate = async (provider: string): Promise<RunTaskCommandInput> =>
    aws.request(
      await aws.define('fargate'),
      'true',
      {},
      {
        cluster: aws.emulator.clusters.fargate,
        capacityProviderStrategy: [{ capacityProvider: provider, weight: 1 }],
      },
    );
  expect(await aws.run(await onFargate('FARGATE_SPOT'))).toMatchObject({
    capacityProviderName: 'FARGATE_SPOT',
    launchType: 'FARGATE',
  });
  const heavier = [
    { capacityProvider: 'FARGATE', weight: 1 },
    { capacityProvider: 'FARGATE_SPOT', weight: 3 },
  ];
  expect(
    await aws.run({ ...(await onFargate('FARGATE')), capacityProviderStrategy: heavier }),
  ).toMatchObject({ capacityProviderName: 'FARGATE_SPOT' });
  await expect(send(await onFargate('elsewhere'))).rejects.toMatchObject({
    name: 'InvalidParameterException',
  });
  const both = { ...(await onFargate('FARGATE')), launchType: 'FARGATE' as const };
  await expect(send(both)).rejects.toMatchObject({ name: 'InvalidParameterException' });
  const strategy = [{ capacityProvider: aws.emulator.spotProvider }];
  const task = await aws.run(await request({ capacityProviderStrategy: strategy }));
  expect(task).toMatchObject({ lastStatus: 'PROVISIONING', launchType: 'EC2' });
  expect((await aws.until(task, 'STOPPED')).containerInstanceArn).toBeDefined();
});

test('Fargate needs a valid pair, a network and an execution role', async () => {
  const define = (more: object): Promise<string> => aws.define('fargate', more);
  await expect(define({ cpu: '256', memory: '4096' })).rejects.toThrow(
    'No Fargate configuration exists for given values: 256 CPU, 4096 memory',
  );
  await expect(define({ executionRoleArn: undefined })).rejects.toThrow('execution role');
  await expect(define({ networkMode: 'host' })).rejects.toThrow('awsvpc');
  await expect(define({ container: { privileged: true } })).rejects.toThrow('privileged');
  const asked = await request({ launchType: 'FARGATE' });
  await expect(send({ ...asked, overrides: { ...asked.overrides, cpu: '512' } })).rejects.toThrow(
    'No Fargate configuration exists for given values: 512 CPU, 512 memory',
  );
  await expect(send({ ...asked, networkConfiguration: undefined })).rejects.toThrow(
    'Network Configuration must be provided',
  );
  const awsvpcConfiguration = { subnets: ['subnet-0000'] };
  await expect(send({ ...asked, networkConfiguration: { awsvpcConfiguration } })).rejects.toThrow(
    "The subnet ID 'subnet-0000' does not exist",
  );
  const hosts = await request();
  await expect(send({ ...hosts, launchType: 'FARGATE' })).rejects.toThrow('does not support');
});

test('what AWS refuses of a launch is refused', async () => {
  const asked = await request();
  const long = 'x'.repeat(8200);
  const overrides = {
    containerOverrides: [{ name: 'main', environment: [{ name: 'A', value: long }] }],
  };
  const refused: [Partial<RunTaskCommandInput>, string][] = [
    [{ overrides }, 'Container Overrides length must be at most 8192'],
    [{ overrides: { containerOverrides: [{ name: 'other' }] } }, 'is not a container'],
    [{ startedBy: 'a b' }, 'startedBy'],
    [{ startedBy: 'a'.repeat(129) }, 'startedBy'],
    [{ clientToken: 'x'.repeat(65) }, 'clientToken'],
    [{ clientToken: 'a b' }, 'clientToken'],
    [{ tags: [{ key: 'aws:mine', value: '' }] }, 'aws:'],
    [{ tags: [{ key: 'ok', value: 'not*ok' }] }, 'invalid characters'],
    [{ count: 11 }, 'Count'],
  ];
  for (const [more, message] of refused)
    await expect(send({ ...asked, ...more })).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: expect.stringContaining(message),
    });
  await expect(send({ ...asked, cluster: 'nowhere' })).rejects.toMatchObject({
    name: 'ClusterNotFoundException',
  });
  await expect(send({ ...asked, taskDefinition: 'nothing' })).rejects.toMatchObject({
    name: 'ClientException',
  });
});

test('secrets need an execution role', async () => {
  const containerDefinitions = [
    { name: 'main', image: 'a', memory: 64, secrets: [{ name: 'A', valueFrom: '/a' }] },
  ];
  const command = new RegisterTaskDefinitionCommand({ family: 'secret', containerDefinitions });
  await expect(aws.ecs.send(command)).rejects.toThrow('executionRoleArn');
});

test('a new task may be seen later than RunTask answered', async () => {
  await aws.emulator.control.settings({ visible_after_seconds: 600 });
  try {
    const asked = await request();
    const task = await aws.run(asked);
    expect(await aws.describe(task)).toBeNull();
    const { cluster, startedBy } = asked;
    const list = new ListTasksCommand({ cluster, startedBy, desiredStatus: 'STOPPED' });
    expect((await aws.ecs.send(list)).taskArns).toEqual([]);
  } finally {
    await aws.emulator.control.settings({ visible_after_seconds: 0 });
  }
});

test('clusters tell of their hosts and tasks', async () => {
  const task = await aws.until(await aws.start('sleep 600'), 'RUNNING');
  const { clusters, failures } = await aws.ecs.send(
    new DescribeClustersCommand({
      clusters: [aws.emulator.clusters.ec2, 'nowhere'],
      include: ['STATISTICS'],
    }),
  );
  expect(clusters?.[0]).toMatchObject({
    status: 'ACTIVE',
    registeredContainerInstancesCount: 2,
    runningTasksCount: 1,
    pendingTasksCount: 0,
    capacityProviders: [aws.emulator.spotProvider],
    statistics: expect.arrayContaining([{ name: 'runningEC2TasksCount', value: '1' }]),
  });
  expect(failures?.[0]).toMatchObject({ reason: 'MISSING' });
  await aws.ecs.send(new StopTaskCommand({ cluster: task.clusterArn, task: task.taskArn }));
});
