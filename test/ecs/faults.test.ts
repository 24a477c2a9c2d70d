import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Ecs } from '../support/ecs/start-ecs.ts';
import { useEcs } from '../support/ecs/use-ecs.ts';
import { flotillaOn, type EcsFlotilla } from './flotilla.ts';

let ecs: Ecs;
const on = {} as Record<'ec2' | 'fargate', EcsFlotilla>;
useEcs((given) => void (ecs = given), { settings: { silent_seconds: 4 } });
beforeAll(async () => {
  const config = { retry_max_attempts: 2 };
  on.ec2 = await flotillaOn(ecs, { on: 'ec2', config });
  on.fargate = await flotillaOn(ecs, { on: 'fargate', config });
});
afterAll(() => Promise.all(Object.values(on).map((flotilla) => flotilla.stop())));

async function begun(here: EcsFlotilla, command: string, fault: string): Promise<string> {
  const env = [{ name: 'FLOTILLA_TEST_FAULT', value: fault }];
  return (await here.run(command, { env })).run_id;
}

const marks = async (here: EcsFlotilla, runId: string): Promise<(string | null)[]> =>
  (await here.tasksOf(runId)).map(({ startedBy }) => startedBy);

describe.concurrent('no fault of the job: a second attempt has its exit code', () => {
  test.for([
    ['ec2', 'image-timeout', 'CannotPullContainerError'],
    ['fargate', 'image-timeout', 'CannotPullContainerError'],
    ['ec2', 'disk-full', 'no space left on device'],
    ['ec2', 'too-many-files', 'too many open files'],
    ['ec2', 'host-lost', 'terminated'],
    ['fargate', 'spot-interruption', 'SpotInterruption'],
    ['fargate', 'spot-interruption-told', 'SpotInterruption'],
  ] as const)('on %s, %s', async ([where, fault, words]) => {
    const here = on[where];
    const id = await begun(here, 'sleep 1; exit 5', `${fault}@1`);
    expect(await here.until(id, 'STOPPED')).toMatchObject({ exit_code: 5, attempt_count: 2 });
    expect(await marks(here, id)).toEqual([`${id}/1`, `${id}/2`]);
    const retry = (await here.transitions(id)).find(({ status }) => status === 'NEEDS_RETRY');
    expect(retry?.evidence).toContain(words);
  });
});

describe.concurrent('one attempt, which waits or goes on, and has its exit code', () => {
  test.for([
    ['resource-memory:4', 'RESOURCE:MEMORY'],
    ['agent:4', 'AGENT'],
    ['no-instances:4', 'No Container Instances'],
    ['throttled:4', 'ThrottlingException'],
    ['answer-lost', null],
    ['host-silent', null],
    ['event-lost:STOPPED', null],
    ['event-lost:all', null],
    ['event-twice:all', null],
    ['events-out-of-order', null],
    ['log-late', null],
  ] as const)('%s', async ([fault, words]) => {
    const here = on.ec2;
    const id = await begun(here, 'echo seen; sleep 5; exit 6', fault);
    expect(await here.until(id, 'STOPPED')).toMatchObject({ exit_code: 6, attempt_count: 1 });
    expect(await marks(here, id)).toEqual([`${id}/1`]);
    const steps = await here.transitions(id);
    expect(steps.filter(({ status }) => status === 'STOPPED')).toHaveLength(1);
    if (words !== null) expect(steps.map(({ reason }) => reason).join()).toContain(words);
    expect((await here.logOf(id)).match(/^seen$/gm)).toHaveLength(1);
  });
});

describe.concurrent('final', () => {
  test.for([
    ['image-not-found', 'CannotPullContainerError'],
    ['bad-role', 'unable to assume the role'],
    ['pass-role-denied', 'iam:PassRole'],
  ])('%s ends the run, in the words of AWS', async ([fault, words]) => {
    const here = on.ec2;
    const id = await begun(here, 'true', fault ?? '');
    const over = await here.until(id, 'STOPPED');
    expect(over.exit_code ?? null).toBeNull();
    expect(over.exit_reason).toContain(words);
    expect((await here.tasksOf(id)).filter(({ starts }) => starts > 0)).toEqual([]);
  });

  test('a task that never starts is ended by a stop', async () => {
    const here = on.ec2;
    const id = await begun(here, 'true', 'never-starts');
    await here.until(id, 'PENDING');
    await here.api.json('POST', `/api/v8/runs/${id}/stop`);
    expect(await here.until(id, 'STOPPED')).toMatchObject({ exit_code: 1 });
    expect(await here.tasksOf(id)).toMatchObject([{ lastStatus: 'STOPPED', starts: 0 }]);
  });
});
