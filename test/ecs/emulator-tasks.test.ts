import { existsSync, readFileSync } from 'node:fs';
import {
  CreateLogGroupCommand,
  GetLogEventsCommand,
  PutRetentionPolicyCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { StopTaskCommand, type Task } from '@aws-sdk/client-ecs';
import { expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { GROUP, streamOf, type Aws } from './aws.ts';
import { useAws } from './use-aws.ts';

let aws: Aws;
useAws((given) => {
  aws = given;
});

async function lines(task: Task): Promise<string[]> {
  const names = { logGroupName: GROUP, logStreamName: streamOf(task) };
  const messages: string[] = [];
  let nextToken: string | undefined;
  for (;;) {
    const page = await aws.logs.send(
      new GetLogEventsCommand({ ...names, startFromHead: true, nextToken }),
    );
    messages.push(...(page.events ?? []).map((event) => event.message ?? ''));
    if (page.nextForwardToken === nextToken) return messages;
    nextToken = page.nextForwardToken;
  }
}

const stop = (task: Task, reason?: string): Promise<unknown> =>
  aws.ecs.send(new StopTaskCommand({ cluster: task.clusterArn, task: task.taskArn, reason }));

/** Not a zombie, of which nothing is left but its exit code. */
function alive(pid: number): boolean {
  const path = `/proc/${pid}/stat`;
  return existsSync(path) && !/\) Z /.test(readFileSync(path, 'utf8'));
}

async function pidsOf(task: Task): Promise<number[]> {
  const records = await aws.emulator.control.tasks();
  return records.find((record) => record.taskArn === task.taskArn)?.pids ?? [];
}

test('a task ends with the exit code of its command', async () => {
  const task = await aws.stopped('exit 3');
  expect(task).toMatchObject({
    desiredStatus: 'STOPPED',
    stopCode: 'EssentialContainerExited',
    stoppedReason: 'Essential container in task exited',
    launchType: 'EC2',
    cpu: '64',
    memory: '128',
    connectivity: 'CONNECTED',
  });
  expect(task.containers).toHaveLength(1);
  expect(task.containers?.[0]).toMatchObject({ name: 'main', lastStatus: 'STOPPED', exitCode: 3 });
  const times = [task.createdAt, task.startedAt, task.stoppingAt, task.stoppedAt].map(Number);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
});

test('a command that a signal ends has 128 and its number as exit code', async () => {
  const task = await aws.stopped('kill -9 $$');
  expect(task.containers?.[0]?.exitCode).toBe(137);
});

test('a command has the environment of its definition and of RunTask, and no other', async () => {
  const definition = await aws.define('ec2', {
    container: {
      environment: [
        { name: 'BOTH', value: 'definition' },
        { name: 'OURS', value: 'kept' },
      ],
    },
  });
  const command = 'env | sort; echo "$BOTH $OURS $FLOTILLA_RUN_ID"';
  const variables = { BOTH: 'run', FLOTILLA_RUN_ID: 'r 1' };
  const task = await aws.until(
    await aws.run(aws.request(definition, command, variables)),
    'STOPPED',
  );
  const said = await lines(task);
  expect(said.at(-1)).toBe('run kept r 1');
  const names = said.slice(0, -1).map((line) => line.split('=')[0]);
  expect(names.filter((name) => /^(NODE|VITEST|npm|AWS_(?!EXEC))/.test(name ?? ''))).toEqual([]);
});

test('a log is whole and in order when the task has stopped, both outputs in one', async () => {
  const command = 'for i in $(seq 2000); do echo out $i; echo err $i >&2; done; echo; printf end';
  const said = await lines(await aws.stopped(command));
  const wanted = Array.from({ length: 2000 }, (_, i) => [`out ${i + 1}`, `err ${i + 1}`]).flat();
  expect(said).toEqual([...wanted, 'end']);
});

test('pages of a log are as long as was set', async () => {
  await aws.emulator.control.settings({ log_page: 7 });
  try {
    const task = await aws.stopped('seq 20');
    const names = { logGroupName: GROUP, logStreamName: streamOf(task) };
    const page = await aws.logs.send(new GetLogEventsCommand({ ...names, startFromHead: true }));
    expect(page.events).toHaveLength(7);
    expect(await lines(task)).toHaveLength(20);
  } finally {
    await aws.emulator.control.settings({ log_page: 10_000 });
  }
});

test('a log may arrive after its task has stopped', async () => {
  const task = await aws.stopped('echo late', { FLOTILLA_TEST_FAULT: 'log-late:0.5' });
  expect(await lines(task)).toEqual([]);
  expect(await eventually('the log arrives', async () => (await lines(task))[0])).toBe('late');
});

test.each([
  ['ec2', /^CannotStartContainerError: .*failed to initialize logging driver.*not exist/],
  ['fargate', /^ResourceInitializationError: failed to validate logger args.*not exist/],
] as const)('without its log group a task on %s does not start', async (on, reason) => {
  const options = { 'awslogs-group': '/nobody', 'awslogs-stream-prefix': 'run' };
  const container = { logConfiguration: { logDriver: 'awslogs', options } } as const;
  const definition = await aws.define(on, { container });
  const more = on === 'fargate' ? ({ launchType: 'FARGATE' } as const) : {};
  const task = await aws.until(await aws.run(aws.request(definition, 'true', {}, more)), 'STOPPED');
  expect(task.stopCode).toBe('TaskFailedToStart');
  expect(on === 'ec2' ? task.containers?.[0]?.reason : task.stoppedReason).toMatch(reason);
  expect(task.containers?.[0]?.exitCode).toBeUndefined();
});

test('awslogs-create-group makes the group', async () => {
  const options = { 'awslogs-group': '/made', 'awslogs-create-group': 'true' };
  const definition = await aws.define('ec2', {
    container: {
      logConfiguration: {
        logDriver: 'awslogs',
        options: { ...options, 'awslogs-stream-prefix': 'a' },
      },
    },
  });
  await aws.until(await aws.run(aws.request(definition, 'true')), 'STOPPED');
  const again = aws.logs.send(new CreateLogGroupCommand({ logGroupName: '/made' }));
  await expect(again).rejects.toMatchObject({ name: 'ResourceAlreadyExistsException' });
  const retention = { logGroupName: '/made', retentionInDays: 30 };
  await aws.logs.send(new PutRetentionPolicyCommand(retention));
});

test('a task that is stopped ends by SIGTERM, with the reason that was given', async () => {
  const task = await aws.until(await aws.start('sleep 600'), 'RUNNING');
  await stop(task, 'enough, says somebody');
  const ended = await aws.until(task, 'STOPPED');
  expect(ended).toMatchObject({
    stopCode: 'UserInitiated',
    stoppedReason: 'enough, says somebody',
  });
  expect(ended.containers?.[0]?.exitCode).toBe(143);
});

test('a task that is asked to stop may end in its own way', async () => {
  const task = await aws.start(
    "trap 'echo bye; exit 5' TERM; echo on; while :; do sleep 0.05; done",
  );
  await eventually('it runs', async () => {
    const now = await aws.until(task, 'RUNNING');
    return (await lines(now)).includes('on');
  });
  await stop(task);
  const ended = await aws.until(task, 'STOPPED');
  expect(ended.containers?.[0]?.exitCode).toBe(5);
  expect(ended.stoppedReason).toBe('Task stopped by user');
  expect((await lines(ended)).at(-1)).toBe('bye');
});

test('a task that does not end by SIGTERM is killed after its stopTimeout', async () => {
  const definition = await aws.define('ec2', { container: { stopTimeout: 1 } });
  const deaf = "trap '' TERM; echo on; while :; do sleep 0.05; done";
  const task = await aws.run(aws.request(definition, deaf));
  await eventually('it runs', async () => {
    const now = await aws.until(task, 'RUNNING');
    return (await lines(now)).includes('on');
  });
  await stop(task);
  const asked = await aws.describe(task);
  expect(asked).toMatchObject({ lastStatus: 'RUNNING', desiredStatus: 'STOPPED' });
  const ended = await aws.until(task, 'STOPPED');
  expect(ended.containers?.[0]?.exitCode).toBe(137);
  expect(Number(ended.stoppedAt) - Number(ended.stoppingAt)).toBeGreaterThan(900);
});

test('what a command leaves behind ends with its task', async () => {
  const task = await aws.stopped('sleep 600 & setsid sleep 601 & echo $!; sleep 0.2');
  const [pid] = await lines(task);
  expect(alive(Number(pid))).toBe(false);
  for (const each of await pidsOf(task)) expect(alive(each)).toBe(false);
});

test('a task is stopped before it has started', async () => {
  const task = await aws.start('true', { FLOTILLA_TEST_FAULT: 'never-starts' });
  await aws.until(task, 'PENDING');
  await stop(task, 'never mind');
  const ended = await aws.until(task, 'STOPPED');
  expect(ended.stopCode).toBe('UserInitiated');
  expect(ended.startedAt).toBeUndefined();
  expect(ended.containers?.[0]?.exitCode).toBeUndefined();
  expect(await pidsOf(task)).toEqual([]);
});

test('a program that is not there does not start', async () => {
  const request = aws.request(await aws.define(), 'true');
  const containerOverrides = [{ name: 'main', command: ['/no/such/program'] }];
  const task = await aws.until(
    await aws.run({ ...request, overrides: { containerOverrides } }),
    'STOPPED',
  );
  expect(task.stopCode).toBe('TaskFailedToStart');
  expect(task.containers?.[0]?.reason).toMatch(
    /^CannotStartContainerError: .*no such program|exec/,
  );
});

test('a task on Fargate has a network interface and passes through the states of one', async () => {
  await aws.emulator.control.settings({ step_seconds: 0.3 });
  try {
    const task = await aws.start('exit 0', {}, 'fargate');
    expect(task).toMatchObject({ lastStatus: 'PROVISIONING', launchType: 'FARGATE', version: 1 });
    const seen = new Set<string>();
    const ended = await eventually('it has stopped', async () => {
      const now = await aws.describe(task);
      seen.add(now?.lastStatus ?? '');
      return now?.lastStatus === 'STOPPED' && now;
    });
    expect([...seen]).toEqual(
      expect.arrayContaining(['PROVISIONING', 'PENDING', 'DEPROVISIONING']),
    );
    expect(ended).toMatchObject({ cpu: '256', memory: '512', platformVersion: '1.4.0' });
    expect(ended.attachments?.[0]).toMatchObject({
      type: 'ElasticNetworkInterface',
      status: 'DELETED',
    });
    expect(ended.containers?.[0]).toMatchObject({ exitCode: 0 });
  } finally {
    await aws.emulator.control.settings({ step_seconds: 0.02 });
  }
});

test('of several containers the essential one ends the task', async () => {
  const command = (text: string): string[] => ['bash', '-c', text];
  const definition = await aws.define('ec2', {
    containerDefinitions: [
      { name: 'main', image: 'a', memory: 64, command: command('sleep 0.2; exit 4') },
      { name: 'aside', image: 'b', memory: 64, essential: false, command: command('sleep 600') },
      { name: 'short', image: 'c', memory: 64, essential: false, command: command('exit 1') },
    ],
  });
  const request = { cluster: aws.emulator.clusters.ec2, taskDefinition: definition };
  const task = await aws.until(await aws.run(request), 'STOPPED');
  const codes = task.containers?.map(({ name, exitCode }) => [name, exitCode]);
  expect(codes).toEqual([
    ['main', 4],
    ['aside', 143],
    ['short', 1],
  ]);
});

test('DescribeTasks does not move a task on', async () => {
  const task = await aws.until(await aws.start('sleep 600'), 'RUNNING');
  for (let i = 0; i < 10; i += 1)
    expect(await aws.describe(task)).toMatchObject({
      lastStatus: 'RUNNING',
      version: task.version,
    });
  await stop(task);
});
