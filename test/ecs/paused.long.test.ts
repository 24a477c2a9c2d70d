import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import type { Ecs } from '../support/ecs/start-ecs.ts';
import { useEcs } from '../support/ecs/use-ecs.ts';
import { eventually } from '../support/eventually.ts';
import { flotillaOn, type EcsFlotilla } from './flotilla.ts';

const PAUSE_MS = 65_000;
const RUNS = 20;
const LIFE = ['QUEUED', 'PENDING', 'RUNNING', 'STOPPED'];

let ecs: Ecs;
let flotilla: EcsFlotilla | null = null;
useEcs((given) => void (ecs = given));
afterEach(async () => {
  await ecs.control.clear();
  await flotilla?.stop();
  flotilla = null;
});

async function started(sweepSeconds: number): Promise<EcsFlotilla> {
  flotilla = await flotillaOn(ecs, { config: { sweep_seconds: sweepSeconds } });
  return flotilla;
}

/** Runs that end one after the other, with codes 0, 1 and 2. */
function begin(here: EcsFlotilla, everySeconds: number): Promise<string[]> {
  return Promise.all(
    Array.from({ length: RUNS }, async (_, i) => {
      const run = await here.run(`sleep ${1 + i * everySeconds}; exit ${i % 3}`);
      return run.run_id;
    }),
  );
}

async function expectAllRight(here: EcsFlotilla, ids: readonly string[]): Promise<void> {
  for (const [i, id] of ids.entries()) {
    expect(await here.until(id, 'STOPPED')).toMatchObject({ exit_code: i % 3, attempt_count: 1 });
    const steps = await here.transitions(id);
    expect([...new Set(steps.map(({ status }) => status))]).toEqual(LIFE);
    expect(steps.filter(({ status }) => status === 'STOPPED')).toHaveLength(1);
    expect(await here.tasksOf(id)).toMatchObject([{ startedBy: `${id}/1`, starts: 1 }]);
  }
}

test(
  'events held back for a minute: the sweep tells, and old events change nothing',
  { timeout: 240_000 },
  async () => {
    const here = await started(10);
    await ecs.control.holdEvents();
    const ids = await begin(here, 2);
    await sleep(PAUSE_MS);
    const meanwhile = await Promise.all(ids.map((id) => here.get(id)));
    expect(meanwhile.filter(({ status }) => status !== 'STOPPED')).toEqual([]);
    await ecs.control.releaseEvents();
    await expectAllRight(here, ids);
  },
);

test(
  'a queue that cannot be read for a minute: what ECS forgot is no outcome until it was read',
  { timeout: 240_000 },
  async () => {
    const here = await started(5);
    await ecs.control.settings({ forget_seconds: 0 });
    const mend = await ecs.control.interfere({
      service: 'sqs',
      operation: 'ReceiveMessage',
      kind: 'unavailable',
    });
    const ids = await begin(here, 0.5);
    await eventually('all tasks have stopped', async () => {
      const tasks = (await Promise.all(ids.map(here.tasksOf))).flat();
      return tasks.length === RUNS && tasks.every(({ lastStatus }) => lastStatus === 'STOPPED');
    });
    await sleep(PAUSE_MS);
    const meanwhile = await Promise.all(ids.map((id) => here.get(id)));
    expect(meanwhile.filter(({ status }) => status === 'STOPPED')).toEqual([]);
    await mend();
    await expectAllRight(here, ids);
  },
);
