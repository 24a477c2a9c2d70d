import { describe, expect, test } from 'vitest';
import { FlotillaError } from '../../domain/errors.ts';
import type { EcsConfig } from '../../engines/ecs/open.ts';
import type { EcsEngine } from '../../engines/ecs/engine.ts';
import { startedByOf } from '../../engines/ecs/names.ts';
import type { AttemptSpec, Job } from '../../engines/engine.ts';
import { attemptSpec, limitedTo, register } from '../support/attempt-spec.ts';
import type { TaskRecord } from '../support/ecs/control.ts';
import { eventually } from '../support/eventually.ts';
import { useEngines, type Bed } from './engines.ts';

let bed: Bed;
useEngines((given) => (bed = given));

const forever = new AbortController().signal;
const MINUTE = 60_000;

function spec(command: string, faults = '', more: Partial<AttemptSpec> = {}): AttemptSpec {
  const made = attemptSpec(command, { image: 'registry.example/job:1', ...limitedTo(64), ...more });
  if (faults === '') return made;
  return { ...made, environment: new Map([...made.environment, ['FLOTILLA_TEST_FAULT', faults]]) };
}

const launch = (engine: EcsEngine, job: AttemptSpec): Promise<Job | null> =>
  engine.launch(job, forever, register);
const refusal = async (engine: EcsEngine, job: AttemptSpec): Promise<FlotillaError> => {
  const error: unknown = await launch(engine, job).catch((thrown: unknown) => thrown);
  if (error instanceof FlotillaError) return error;
  throw new Error(`it was not refused: ${JSON.stringify(error)}`);
};
const tasksOf = async (job: AttemptSpec): Promise<TaskRecord[]> =>
  (await bed.ecs.control.tasks()).filter(({ startedBy }) => startedBy === startedByOf(job));

describe('no room', () => {
  test.each([
    ['resource-memory', 'RESOURCE:MEMORY'],
    ['agent', 'AGENT'],
    ['no-instances', 'No Container Instances'],
    ['throttled', 'Throttl'],
  ])(
    '%s waits, says so in the words of AWS, and starts when there is room',
    async (fault, words) => {
      const engine = bed.open();
      const job = spec('true', fault);
      const error = await refusal(engine, job);
      expect(error.code).toBe('capacity');
      expect(error.message.toLowerCase()).toContain(words.toLowerCase());
      expect(await tasksOf(job)).toEqual([]);
      await launch(engine, job);
      expect(await tasksOf(job)).toHaveLength(1);
    },
  );
});

describe('one task for each attempt', () => {
  test('whose launch got no answer', async () => {
    const engine = bed.open();
    const job = spec('sleep 30', 'answer-lost');
    expect((await refusal(engine, job)).code).toBe('unavailable');
    const launched = await launch(bed.open(), job);
    const tasks = await tasksOf(job);
    expect(tasks.map(({ taskArn }) => taskArn)).toEqual([launched?.externalId]);
    await engine.end({ ref: job, externalId: null, graceSeconds: 0, signal: forever });
  });

  test('that was launched with another revision of its definition', async () => {
    const engine = bed.open();
    const job = spec('sleep 30');
    const launched = await launch(engine, job);
    const other: Partial<EcsConfig> = { ecs_log_namespace: '/flotilla/other' };
    const again = await launch(bed.open('ec2', other), job);
    expect(again?.externalId).toBe(launched?.externalId);
    expect(await tasksOf(job)).toHaveLength(1);
    await engine.end({ ref: job, externalId: null, graceSeconds: 0, signal: forever });
  });

  test('that was asked for long ago: its task is adopted, and none is started', async () => {
    const engine = bed.open();
    const job = spec('true');
    const launched = await launch(engine, job);
    const late = { ...job, askedAt: new Date(Date.now() - 31 * MINUTE) };
    expect((await launch(bed.open(), late))?.externalId).toBe(launched?.externalId);
    expect(await tasksOf(job)).toHaveLength(1);
  });

  test('that was asked for long ago and of which ECS shows nothing is not started', async () => {
    const engine = bed.open();
    const late = spec('true', '', { askedAt: new Date(Date.now() - 31 * MINUTE) });
    expect(await engine.find(late, late.askedAt)).toMatchObject({ kind: 'unknown' });
    expect(await engine.find(late)).toMatchObject({ kind: 'unknown' });
    expect((await refusal(engine, late)).code).toBe('unavailable');
    expect(await tasksOf(late)).toEqual([]);
  });

  test('and none for one that may no longer start', async () => {
    const engine = bed.open();
    const job = spec('true');
    expect(await engine.launch(job, forever, () => Promise.resolve(false))).toBeNull();
    expect(await tasksOf(job)).toEqual([]);
  });

  test('which is stopped where the record refuses it after all', async () => {
    const engine = bed.open();
    const job = spec('sleep 60');
    const refuse = (externalId: string | null): Promise<boolean> =>
      Promise.resolve(externalId === null);
    expect(await engine.launch(job, forever, refuse)).toBeNull();
    const [task] = await eventually('it is stopped', async () => {
      const tasks = await tasksOf(job);
      return tasks.every(({ lastStatus }) => lastStatus === 'STOPPED') && tasks;
    });
    expect(task?.stoppedReason).toBe('flotilla: it may no longer start');
  });
});

test('what ECS will never take is refused for good, in its words', async () => {
  const denied = await refusal(bed.open(), spec('true', 'pass-role-denied'));
  expect(denied).toMatchObject({ code: 'rejected' });
  expect(denied.message).toContain('iam:PassRole');
  const large = spec('true', '', limitedTo(500_000));
  const refused = await refusal(bed.open('fargate'), large);
  expect(refused).toMatchObject({ code: 'rejected' });
  expect(refused.message).toContain('the nearest has 16384 and 122880');
});

test('jobs of the same shape share a task definition, others do not', async () => {
  const engines = [bed.open(), bed.open()];
  const jobs = [spec('true'), spec('echo other'), spec('true', '', limitedTo(65))];
  for (const job of jobs) await Promise.all(engines.map((engine) => launch(engine, job)));
  const families = await Promise.all(jobs.map(async (job) => (await tasksOf(job))[0]?.family));
  expect(families[0]).toBe(families[1]);
  expect(families[2]).not.toBe(families[0]);
  expect(families[0]).toMatch(/^flotilla-[0-9a-f]{32}$/);
});
