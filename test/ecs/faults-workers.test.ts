import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import type { Ecs } from '../support/ecs/start-ecs.ts';
import { useEcs } from '../support/ecs/use-ecs.ts';
import { inScene, type EcsScene } from './flotilla.ts';

let ecs: Ecs;
useEcs((given) => void (ecs = given));

/** Long enough for a thawed process to do what it was about to do. */
const AFTERMATH_MS = 3_000;
const LIFE = ['QUEUED', 'PENDING', 'RUNNING', 'STOPPED'];

/** A launch gets leave from the record (the first time), runs a task, and puts it on record. */
const BEFORE_LEAVE = 'before:engine.register:1';
const BEFORE_RUN_TASK = 'after:engine.register:1';
const BEFORE_RECORD = 'before:engine.register:2';
const AFTER_RECORD = 'after:engine.register:2';

const stop = ({ flotilla }: EcsScene, runId: string): Promise<unknown> =>
  flotilla.api.json('POST', `/api/v8/runs/${runId}/stop`);

/** One task, of which one process was begun, and nothing that still runs. */
async function expectOneTask({ flotilla }: EcsScene, runId: string): Promise<void> {
  const tasks = await flotilla.tasksOf(runId);
  expect(tasks).toMatchObject([{ startedBy: `${runId}/1`, starts: 1, lastStatus: 'STOPPED' }]);
  expect(ecs.ledger.attempts('began', runId)).toEqual([1]);
}

async function expectStopped(
  { flotilla }: EcsScene,
  runId: string,
): ReturnType<typeof flotilla.transitions> {
  const over = await flotilla.until(runId, 'STOPPED');
  expect(over).toMatchObject({ exit_code: 1, exit_reason: 'Task terminated by user' });
  return flotilla.transitions(runId);
}

describe.concurrent('a worker killed -9: another one goes on, and the run has one life', () => {
  const points = [
    // First it is told to take a turn.
    'before:launchJob:1',
    'after:launchJob:1',
    'before:takeTurn:1',
    'after:takeTurn:1',
    'before:launchJob:2',
    'before:engine.launch:1',
    BEFORE_LEAVE,
    BEFORE_RUN_TASK,
    BEFORE_RECORD,
    AFTER_RECORD,
    'after:engine.launch:1',
    'after:launchJob:2',
    // That it is launched, that it runs, that it is over.
    ...[1, 2, 3].flatMap((nth) => [`before:writeLifecycle:${nth}`, `after:writeLifecycle:${nth}`]),
    'before:lookAtJob:1',
    'after:lookAtJob:1',
  ];
  test.for(points)('%s', { timeout: 240_000 }, async (point) => {
    await inScene(ecs, async (here) => {
      const { flotilla } = here;
      const doomed = await here.worker(`kill:${point}`);
      const command = ['echo the whole log', 'sleep 1', ecs.ledger.note('ended'), 'exit 3'];
      const { run_id: id } = await flotilla.run([ecs.ledger.note('began'), ...command].join('\n'));
      await doomed.exited;
      expect(doomed.output()).toContain('fault: kill');
      await here.another();
      const over = await flotilla.until(id, 'STOPPED');
      expect(over).toMatchObject({ exit_code: 3, attempt_count: 1 });
      await expectOneTask(here, id);
      expect(ecs.ledger.attempts('ended', id)).toEqual([1]);
      expect((await flotilla.transitions(id)).map(({ status }) => status)).toEqual(LIFE);
      expect((await flotilla.logOf(id)).match(/^the whole log$/gm)).toHaveLength(1);
    });
  });
});

describe.concurrent('a worker killed -9 in a stop: it is a stop, and the task is gone', () => {
  const points = ['before:endJob:1', 'before:engine.end:1', 'after:engine.end:1', 'after:endJob:1'];
  test.for(points)('%s', { timeout: 240_000 }, async (point) => {
    await inScene(ecs, async (here) => {
      const doomed = await here.worker(`kill:${point}`);
      const { ledger } = ecs;
      const { run_id: id } = await here.flotilla.run(
        `${ledger.note('began')}; sleep 60; ${ledger.note('ended')}`,
      );
      await eventually('it runs', () => ledger.attempts('began', id).length === 1);
      await stop(here, id);
      await doomed.exited;
      await here.another();
      await expectStopped(here, id);
      await expectOneTask(here, id);
      expect(ledger.attempts('ended', id)).toEqual([]);
    });
  });
});

describe.concurrent('frozen in a launch, the run stopped meanwhile, then thawed', () => {
  const cases = [
    { point: 'before:engine.launch:1', started: false },
    { point: BEFORE_LEAVE, started: false },
    { point: BEFORE_RUN_TASK, started: false },
    { point: BEFORE_RECORD, started: true },
    { point: AFTER_RECORD, started: true },
    { point: 'after:engine.launch:1', started: true },
  ];
  test.for(cases)('$point: nothing runs', { timeout: 240_000 }, async ({ point, started }) => {
    await inScene(ecs, async (here) => {
      const { flotilla } = here;
      const frozen = await here.worker(`freeze:${point}`);
      const { run_id: id } = await flotilla.run(`${ecs.ledger.note('began')}; sleep 60`);
      await frozen.says('fault: freeze');
      if (started) {
        await eventually('it runs', () => ecs.ledger.attempts('began', id).length === 1);
      }
      // On record before another worker may go on with the launch.
      await stop(here, id);
      await here.another();
      const steps = await expectStopped(here, id);
      frozen.process.kill('SIGCONT');
      await sleep(AFTERMATH_MS);
      if (started) await expectOneTask(here, id);
      else expect(await flotilla.tasksOf(id)).toEqual([]);
      expect(await flotilla.transitions(id)).toEqual(steps);
    });
  });
});

describe.concurrent('frozen in a launch, while another worker goes on with it, then thawed', () => {
  test.for([BEFORE_LEAVE, BEFORE_RUN_TASK, BEFORE_RECORD])(
    '%s: it runs once',
    { timeout: 240_000 },
    async (point) => {
      await inScene(ecs, async (here) => {
        const { flotilla } = here;
        const frozen = await here.worker(`freeze:${point}`);
        const { run_id: id } = await flotilla.run(`${ecs.ledger.note('began')}; sleep 20; exit 4`);
        await frozen.says('fault: freeze');
        await here.another();
        await flotilla.until(id, 'RUNNING');
        frozen.process.kill('SIGCONT');
        expect(await flotilla.until(id, 'STOPPED')).toMatchObject({ exit_code: 4 });
        await expectOneTask(here, id);
      });
    },
  );
});
