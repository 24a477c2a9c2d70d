import { expect, test } from 'vitest';
import { isHostLevel } from '../../domain/outcome.ts';
import type { EcsEngine } from '../../engines/ecs/engine.ts';
import type { AttemptSpec, Job } from '../../engines/engine.ts';
import { attemptSpec, limitedTo, register } from '../support/attempt-spec.ts';
import { eventually } from '../support/eventually.ts';
import { useEngines, type Bed } from './engines.ts';

let bed: Bed;
useEngines((given) => (bed = given), { hosts: 6 });

const forever = new AbortController().signal;

function spec(command: string, fault: string): AttemptSpec {
  const made = attemptSpec(command, { image: 'registry.example/job:1', ...limitedTo(64) });
  return { ...made, environment: new Map([...made.environment, ['FLOTILLA_TEST_FAULT', fault]]) };
}

async function begun(engine: EcsEngine, command: string, fault: string): Promise<Job> {
  const job = await engine.launch(spec(command, fault), forever, register);
  if (job === null) throw new Error('the launch was withdrawn');
  return job;
}

const over = (engine: EcsEngine, { externalId }: Job): Promise<Job> =>
  eventually('it is over', async () => {
    const found = await engine.describe(externalId);
    return found.kind === 'found' && found.job.phase === 'STOPPED' ? found.job : null;
  });

test.each([
  ['ec2', 'image-timeout', 'image-transient'],
  ['fargate', 'image-timeout', 'image-transient'],
  ['ec2', 'disk-full', 'host-fault'],
  ['fargate', 'disk-full', 'host-fault'],
  ['ec2', 'too-many-files', 'host-fault'],
  ['fargate', 'too-many-files', 'host-fault'],
  ['ec2', 'host-lost', 'host-lost'],
  ['fargate', 'spot-interruption', 'preempted'],
  ['fargate', 'spot-interruption-told', 'preempted'],
] as const)('on %s, %s is no fault of the job: %s', async (on, fault, failure) => {
  const engine = bed.open(on);
  const { outcome } = await over(engine, await begun(engine, 'sleep 60', fault));
  expect(outcome).toMatchObject({ exitCode: null, failure });
  expect(outcome?.evidence).not.toBeNull();
  expect(isHostLevel(failure)).toBe(true);
});

test.each([
  ['ec2', 'image-not-found', 'image-permanent', 'not found'],
  ['fargate', 'image-not-found', 'image-permanent', 'not found'],
  ['ec2', 'bad-role', 'start-error', 'unable to assume the role'],
  ['ec2', 'out-of-memory', 'oom', 'OutOfMemoryError'],
  ['fargate', 'out-of-memory', 'oom', 'OutOfMemoryError'],
] as const)('on %s, %s is final: %s', async (on, fault, failure, words) => {
  const engine = bed.open(on);
  const { outcome } = await over(engine, await begun(engine, 'sleep 60', fault));
  expect(outcome?.failure).toBe(failure);
  expect(outcome?.reason).toContain(words);
  expect(isHostLevel(failure)).toBe(false);
});

const silent = (engine: EcsEngine, { externalId }: Job): Promise<Job> =>
  eventually('its host is silent', async () => {
    const found = await engine.describe(externalId);
    return found.kind === 'found' && found.job.note !== null ? found.job : null;
  });

test('a host that falls silent is no outcome', async () => {
  const engine = bed.open();
  await bed.ecs.control.settings({ silent_seconds: 2 });
  const job = await begun(engine, 'sleep 3; exit 9', 'host-silent');
  const seen = await silent(engine, job);
  expect(seen).toMatchObject({ phase: 'RUNNING', outcome: null });
  expect(seen.note).toContain('its agent is not connected');
  expect((await over(engine, job)).outcome).toMatchObject({ exitCode: 9 });
});

test('nor is it before EC2 says that it is gone', async () => {
  const engine = bed.open();
  await bed.ecs.control.settings({ silent_seconds: 2 });
  const job = await begun(engine, 'sleep 60', 'host-lost');
  expect(await silent(engine, job)).toMatchObject({ phase: 'RUNNING', outcome: null });
  expect((await over(engine, job)).outcome).toMatchObject({ exitCode: null, failure: 'host-lost' });
});

test('nor is it that its instance was deregistered while it runs on', async () => {
  const engine = bed.open();
  const job = await begun(engine, 'sleep 4; exit 9', 'host-silent:60');
  await eventually('it runs', async () => {
    const found = await engine.describe(job.externalId);
    return found.kind === 'found' && found.job.phase === 'RUNNING';
  });
  await bed.deregisterHostOf(job.externalId);
  const seen = await silent(engine, job);
  expect(seen).toMatchObject({ phase: 'RUNNING', outcome: null });
  expect(seen.note).toContain('it is no longer registered; EC2 says that it is running');
  expect((await over(engine, job)).outcome).toMatchObject({ exitCode: 9 });
});

test('a job that is stopped by hand is no failure of its own', async () => {
  const engine = bed.open();
  const job = await begun(engine, 'sleep 60', '');
  await bed.stopByHand(job.externalId);
  expect((await over(engine, job)).outcome).toMatchObject({
    exitCode: null,
    failure: 'deleted-by-hand',
  });
});

test('a job that never starts is ended before it did', async () => {
  const engine = bed.open();
  const job = await begun(engine, 'sleep 60', 'never-starts');
  const why = 'stopped by ada';
  const answer = await engine.end({
    ref: job,
    externalId: null,
    graceSeconds: 1,
    why,
    signal: forever,
  });
  expect(answer).toMatchObject({ kind: 'confirmed', own: false });
  const tasks = await bed.ecs.control.tasks();
  const task = tasks.find(({ taskArn }) => taskArn === job.externalId);
  expect(task).toMatchObject({
    lastStatus: 'STOPPED',
    stoppedReason: `flotilla: ${why}`,
    starts: 0,
  });
});
