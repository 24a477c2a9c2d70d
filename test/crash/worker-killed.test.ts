import { afterEach, describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import type { RunJson } from '../support/flotilla.ts';
import { spawnProgram } from '../support/processes.ts';
import { createScene, type Scene } from '../support/scene.ts';

const LIFE = ['QUEUED', 'PENDING', 'RUNNING', 'STOPPED'];

async function expectOneTrueLife(of: Scene, run: RunJson, exitCode: number): Promise<void> {
  const over = await of.flotilla.until(run.run_id, 'STOPPED');
  expect(over).toMatchObject({ exit_code: exitCode, attempt_count: 1 });
  expect(of.ledger.attempts('began', run.run_id)).toEqual([1]);
  expect(of.ledger.attempts('ended', run.run_id)).toEqual([1]);
  const transitions = await of.flotilla.transitions(run.run_id);
  expect(transitions.map((one) => one.status)).toEqual(LIFE);
  const log = await of.flotilla.logOf(run.run_id);
  expect(log.match(/^the whole log$/gm)).toHaveLength(1);
}

/** Every step of a life, before it is done and after it is done but before that is known. */
const POINTS = [
  'before:openRun:1',
  'after:openRun:1',
  'before:launchJob:1',
  'before:engine.launch:1',
  'after:engine.launch:1',
  'after:launchJob:1',
  'before:writeLifecycle:1',
  'after:writeLifecycle:1',
  'before:lookAtJob:1',
  'before:engine.end:1',
  'after:lookAtJob:1',
  'before:writeLifecycle:2',
  'after:writeLifecycle:2',
];

describe('a worker killed -9', () => {
  test.concurrent.each(POINTS)('%s: one launch, one life, the whole log', async (point) => {
    const here = await createScene();
    try {
      const doomed = await here.worker(`kill:${point}`);
      const { ledger } = here;
      const command = [
        ledger.note('began'),
        'echo the whole log',
        'sleep 0.5',
        ledger.note('ended'),
        'exit 3',
      ];
      const run = await here.flotilla.run(command.join('\n'));
      await doomed.exited;
      expect(doomed.output()).toContain('fault: kill');
      await here.worker();
      await expectOneTrueLife(here, run, 3);
    } finally {
      await here.close();
    }
  });

  test.concurrent.each(['before:endJob:1', 'after:engine.end:1', 'after:endJob:1'])(
    '%s, in a stop: the stop is a stop, and the job is gone',
    async (point) => {
      const here = await createScene();
      try {
        const doomed = await here.worker(`kill:${point}`);
        const run = await here.flotilla.run(
          `${here.ledger.note('began')}\nsleep 60\n${here.ledger.note('ended')}`,
        );
        await eventually('it runs', () => here.ledger.attempts('began', run.run_id).length === 1);
        await here.flotilla.api.json('DELETE', `/api/v6/task/x/history/${run.run_id}`);
        await doomed.exited;
        await here.worker();
        const over = await here.flotilla.until(run.run_id, 'STOPPED');
        expect(over).toMatchObject({ exit_code: 1, exit_reason: 'Task terminated by user' });
        expect(here.ledger.attempts('ended', run.run_id)).toEqual([]);
      } finally {
        await here.close();
      }
    },
  );

  test.concurrent('after an end is on record: the slot is not lost with it', async () => {
    const here = await createScene({ slotLimit: 1 });
    try {
      const doomed = await here.worker('kill:after:writeLifecycle:2');
      const alias = await here.flotilla.define('exit 0');
      const runs = [await here.flotilla.execute(alias), await here.flotilla.execute(alias)];
      await doomed.exited;
      await here.worker();
      for (const run of runs) {
        expect((await here.flotilla.until(run.run_id, 'STOPPED')).exit_code).toBe(0);
      }
    } finally {
      await here.close();
    }
  });
});

describe('fifty runs in flight', () => {
  let here: Scene | null = null;
  afterEach(() => here?.close());

  test('are all true again within 30 s of the worker’s death', async () => {
    here = await createScene();
    const { flotilla, ledger } = here;
    const first = spawnProgram('worker', flotilla.config);
    here.spawned.push(first);
    await first.says('polling');
    const alias = await flotilla.define(
      `${ledger.note('began')}; sleep $SECONDS_TO_SLEEP; exit $CODE`,
    );
    const runs = await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        flotilla.execute(alias, {
          env: [
            { name: 'CODE', value: String(i) },
            // Some end while nobody watches, some after.
            { name: 'SECONDS_TO_SLEEP', value: i % 2 === 0 ? '4' : '12' },
          ],
        }),
      ),
    );
    await eventually('all run', () => new Set(ledger.lines()).size === runs.length);
    const second = spawnProgram('worker', flotilla.config);
    here.spawned.push(second);
    await second.says('polling');
    await first.kill();
    const died = Date.now();
    const over = await Promise.all(runs.map((run) => flotilla.until(run.run_id, 'STOPPED')));
    expect(Date.now() - died).toBeLessThan(30_000);
    expect(over.map((run) => run.exit_code)).toEqual(runs.map((_, i) => i));
    expect(new Set(ledger.lines()).size).toBe(ledger.lines().length);
  });

  test('go on while nothing of the service runs, and are found again', async () => {
    here = await createScene();
    const { flotilla, ledger } = here;
    const first = spawnProgram('worker', flotilla.config);
    here.spawned.push(first);
    await first.says('polling');
    const run = await flotilla.run(
      `${ledger.note('began')}; sleep 3; echo the whole log; ${ledger.note('ended')}`,
    );
    await eventually('it runs', () => ledger.attempts('began', run.run_id).length === 1);
    await flotilla.until(run.run_id, 'RUNNING');
    await first.kill();
    await eventually('it ends meanwhile', () => ledger.attempts('ended', run.run_id).length === 1);
    here.spawned.push(spawnProgram('worker', flotilla.config));
    await expectOneTrueLife(here, run, 0);
    expect(ledger.lines()).toHaveLength(2);
  });
});
