import {
  DeregisterTaskDefinitionCommand,
  DescribeContainerInstancesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ListClustersCommand,
  ListContainerInstancesCommand,
  ListTaskDefinitionFamiliesCommand,
  ListTaskDefinitionsCommand,
  ListTasksCommand,
  StopTaskCommand,
  type ListTasksCommandInput,
  type Task,
} from '@aws-sdk/client-ecs';
import { expect, test } from 'vitest';
import type { Aws } from './aws.ts';
import { useAws } from './use-aws.ts';

let aws: Aws;
useAws((given) => {
  aws = given;
});

async function listed(more: ListTasksCommandInput): Promise<string[]> {
  const cluster = aws.emulator.clusters.ec2;
  const arns: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await aws.ecs.send(new ListTasksCommand({ cluster, ...more, nextToken }));
    arns.push(...(page.taskArns ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return arns;
}

const arnOf = (task: Task): string => task.taskArn ?? '';

test('running and stopped tasks are two lists, found by startedBy', async () => {
  const definition = await aws.define();
  const startedBy = aws.name('run');
  const over = await aws.run(aws.request(definition, 'true', {}, { startedBy }));
  await aws.until(over, 'STOPPED');
  const on = await aws.run(aws.request(definition, 'sleep 600', {}, { startedBy }));
  expect(await listed({ startedBy })).toEqual([arnOf(on)]);
  expect(await listed({ startedBy, desiredStatus: 'RUNNING' })).toEqual([arnOf(on)]);
  expect(await listed({ startedBy, desiredStatus: 'STOPPED' })).toEqual([arnOf(over)]);
  await aws.ecs.send(new StopTaskCommand({ cluster: on.clusterArn, task: on.taskArn }));
  await aws.until(on, 'STOPPED');
  expect(await listed({ startedBy })).toEqual([]);
});

test('startedBy goes with no other filter', async () => {
  for (const more of [{ family: 'x' }, { launchType: 'EC2' as const }, { serviceName: 'x' }])
    await expect(listed({ startedBy: 'x', ...more })).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
});

test('tasks are listed by family, launch type and host, a page at a time', async () => {
  const definition = await aws.define();
  const family = definition.split('/').at(-1)?.split(':')[0];
  const tasks = [];
  for (let i = 0; i < 7; i += 1) tasks.push(await aws.run(aws.request(definition, 'true')));
  for (const task of tasks) await aws.until(task, 'STOPPED');
  const wanted = tasks.map(arnOf).toSorted();
  const desiredStatus = 'STOPPED';
  expect((await listed({ family, desiredStatus })).toSorted()).toEqual(wanted);
  expect((await listed({ family, desiredStatus, maxResults: 2 })).toSorted()).toEqual(wanted);
  expect(await listed({ family, desiredStatus, launchType: 'FARGATE' })).toEqual([]);
  const host = tasks[0]?.containerInstanceArn;
  const there = tasks.filter((task) => task.containerInstanceArn === host).map(arnOf);
  const onHost = await listed({ family, desiredStatus, containerInstance: host });
  expect(onHost.toSorted()).toEqual(there.toSorted());
  await aws.emulator.control.settings({ list_page: 3 });
  try {
    expect((await listed({ family, desiredStatus })).toSorted()).toEqual(wanted);
    const cluster = aws.emulator.clusters.ec2;
    const page = await aws.ecs.send(new ListTasksCommand({ cluster, family, desiredStatus }));
    expect(page.taskArns).toHaveLength(3);
  } finally {
    await aws.emulator.control.settings({ list_page: 100 });
  }
  await expect(listed({ maxResults: 101 })).rejects.toThrow('maxResults');
});

test('DescribeTasks takes a hundred, tells what is MISSING, and tags when asked', async () => {
  const tags = [{ key: 'flotilla-run', value: 'r/1' }];
  const task = await aws.run(aws.request(await aws.define(), 'true', {}, { tags }));
  const cluster = aws.emulator.clusters.ec2;
  const describe = (tasks: string[], include?: ['TAGS']) =>
    aws.ecs.send(new DescribeTasksCommand({ cluster, tasks, include }));
  const nobody = arnOf(task).replace(/\w+$/, '0'.repeat(32));
  const answer = await describe([arnOf(task), nobody, 'by-its-id']);
  expect(answer.tasks).toHaveLength(1);
  expect(answer.tasks?.[0]?.tags).toBeUndefined();
  expect(answer.failures).toMatchObject([
    { arn: nobody, reason: 'MISSING' },
    { arn: expect.stringMatching(/:task\/hosts\/by-its-id$/), reason: 'MISSING' },
  ]);
  expect((await describe([arnOf(task)], ['TAGS'])).tasks?.[0]?.tags).toEqual(tags);
  const fargate = aws.emulator.clusters.fargate;
  const elsewhere = new DescribeTasksCommand({ cluster: fargate, tasks: [arnOf(task)] });
  expect((await aws.ecs.send(elsewhere)).failures).toMatchObject([{ reason: 'MISSING' }]);
  const many = Array.from({ length: 100 }, (_, i) => `none-${i}`);
  expect((await describe(many)).failures).toHaveLength(100);
  await expect(describe([...many, 'more'])).rejects.toMatchObject({
    name: 'InvalidParameterException',
  });
  await expect(describe([])).rejects.toMatchObject({ name: 'InvalidParameterException' });
});

test('a stopped task is forgotten after the time that was set', async () => {
  await aws.emulator.control.settings({ forget_seconds: 0.2 });
  try {
    const task = await aws.start('true');
    await expect.poll(() => aws.describe(task), { timeout: 10_000 }).toBeNull();
  } finally {
    await aws.emulator.control.settings({ forget_seconds: 3600 });
  }
  const stop = { cluster: aws.emulator.clusters.ec2, task: 'nobody' };
  await expect(aws.ecs.send(new StopTaskCommand(stop))).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message: 'The referenced task was not found.',
  });
});

test('a family is its latest active revision', async () => {
  const family = aws.name('family');
  const revisions = [];
  for (let i = 0; i < 3; i += 1) revisions.push(await aws.define('ec2', { family }));
  const latest = async (): Promise<string | undefined> => {
    const answer = await aws.ecs.send(
      new DescribeTaskDefinitionCommand({ taskDefinition: family }),
    );
    return answer.taskDefinition?.taskDefinitionArn;
  };
  const forget = (taskDefinition: string | undefined) =>
    aws.ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition }));
  expect(await latest()).toBe(revisions[2]);
  await forget(revisions[2]);
  expect(await latest()).toBe(revisions[1]);
  const task = await aws.run(aws.request(family, 'true'));
  expect(task.taskDefinitionArn).toBe(revisions[1]);
  await expect(aws.run(aws.request(revisions[2] ?? '', 'true'))).rejects.toThrow('inactive');
  await forget(revisions[1]);
  await forget(revisions[0]);
  await expect(latest()).rejects.toMatchObject({ name: 'ClientException' });
  await aws.until(task, 'STOPPED');
  const cluster = aws.emulator.clusters.ec2;
  const byFamily = new ListTasksCommand({ cluster, family, desiredStatus: 'STOPPED' });
  expect((await aws.ecs.send(byFamily)).taskArns).toEqual([task.taskArn]);
});

test('revisions and families are listed by status, a page at a time', async () => {
  const familyPrefix = aws.name('pages');
  const all = [];
  for (let i = 0; i < 5; i += 1) all.push(await aws.define('ec2', { family: familyPrefix }));
  await aws.ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: all[0] }));
  const list = (more: object) =>
    aws.ecs.send(new ListTaskDefinitionsCommand({ familyPrefix, ...more }));
  const first = await list({ maxResults: 3 });
  expect(first.taskDefinitionArns).toEqual(all.slice(1, 4));
  const second = await list({ maxResults: 3, nextToken: first.nextToken });
  expect(second).toMatchObject({ taskDefinitionArns: all.slice(4) });
  expect(second.nextToken).toBeUndefined();
  expect(await list({ sort: 'DESC', maxResults: 1 })).toMatchObject({
    taskDefinitionArns: [all[4]],
  });
  expect(await list({ status: 'INACTIVE' })).toMatchObject({ taskDefinitionArns: [all[0]] });
  const families = new ListTaskDefinitionFamiliesCommand({ familyPrefix, status: 'ACTIVE' });
  expect((await aws.ecs.send(families)).families).toEqual([familyPrefix]);
});

test('clusters are listed a page at a time', async () => {
  const first = await aws.ecs.send(new ListClustersCommand({ maxResults: 1 }));
  const second = await aws.ecs.send(new ListClustersCommand({ nextToken: first.nextToken }));
  const arns = [...(first.clusterArns ?? []), ...(second.clusterArns ?? [])];
  expect(arns.map((arn) => arn.split('/').at(-1))).toEqual(['fargate', 'hosts']);
});

test('a host tells whether its agent is connected, and what it has', async () => {
  const cluster = aws.emulator.clusters.ec2;
  const { ec2InstanceId, containerInstanceArn } = await aws.emulator.control.addHost(cluster);
  const { containerInstanceArns } = await aws.ecs.send(
    new ListContainerInstancesCommand({ cluster }),
  );
  expect(containerInstanceArns).toHaveLength(3);
  expect(containerInstanceArns).toContain(containerInstanceArn);
  const describe = () =>
    aws.ecs.send(
      new DescribeContainerInstancesCommand({
        cluster,
        containerInstances: [containerInstanceArn],
      }),
    );
  const { containerInstances } = await describe();
  expect(containerInstances?.[0]).toMatchObject({
    ec2InstanceId,
    status: 'ACTIVE',
    agentConnected: true,
    registeredResources: expect.arrayContaining([
      expect.objectContaining({ name: 'CPU', integerValue: 98_304 }),
    ]),
  });
  await aws.emulator.control.connectHost(ec2InstanceId, false);
  expect((await describe()).containerInstances?.[0]).toMatchObject({ agentConnected: false });
  await aws.emulator.control.connectHost(ec2InstanceId, true);
  await aws.emulator.control.terminateHost(ec2InstanceId);
  expect(await describe()).toMatchObject({
    containerInstances: [],
    failures: [{ arn: containerInstanceArn, reason: 'MISSING' }],
  });
});
