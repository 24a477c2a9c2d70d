import { expect, test } from 'vitest';
import { setTimeout as sleep } from 'node:timers/promises';
import { LocalEngine } from '../../engines/local/engine.ts';
import { localClusterDir } from '../../engines/local/paths.ts';
import { eventually } from '../support/eventually.ts';
import { createScene, type Scene } from '../support/scene.ts';
import type { Spawned } from '../support/processes.ts';

/** Long enough for a thawed process to do what it was about to do. */
const AFTERMATH_MS = 3_000;

async function freeze(here: Scene, point: string, act: (frozen: Spawned) => Promise<void>) {
  const frozen = await here.worker(`freeze:${point}`);
  await act(frozen);
}

async function thaw(frozen: Spawned): Promise<void> {
  frozen.process.kill('SIGCONT');
  await sleep(AFTERMATH_MS);
}

const stop = (here: Scene, runId: string): Promise<unknown> =>
  here.flotilla.api.json('DELETE', `/api/v6/task/x/history/${runId}`);

async function liveJobs(here: Scene): Promise<number> {
  const engine = new LocalEngine(localClusterDir(here.flotilla.config.data_dir, 'default'));
  const { jobs } = await engine.list(null);
  return jobs.filter((job) => job.phase !== 'STOPPED').length;
}

test.concurrent.each(['before:engine.launch:1', 'after:engine.launch:1', 'before:launchJob:1'])(
  'frozen %s, the run stopped meanwhile, then thawed: no job is left and none runs again',
  async (point) => {
    const here = await createScene();
    try {
      await freeze(here, point, async (frozen) => {
        const run = await here.flotilla.run(
          `${here.ledger.note('began')}; sleep 60; ${here.ledger.note('ended')}`,
        );
        await frozen.says('fault: freeze');
        await here.worker();
        await stop(here, run.run_id);
        const over = await here.flotilla.until(run.run_id, 'STOPPED');
        expect(over).toMatchObject({ exit_code: 1, exit_reason: 'Task terminated by user' });
        const before = here.ledger.attempts('began', run.run_id).length;
        await thaw(frozen);
        await eventually('no job is left', async () => (await liveJobs(here)) === 0);
        expect(here.ledger.attempts('began', run.run_id).length).toBe(before);
        expect(here.ledger.attempts('ended', run.run_id)).toEqual([]);
        expect(await here.flotilla.get(run.run_id)).toEqual(over);
      });
    } finally {
      await here.close();
    }
  },
);

test.concurrent(
  'frozen before the engine’s call, another launches, then thawed: it ran once',
  async () => {
    const here = await createScene();
    try {
      await freeze(here, 'before:engine.launch:1', async (frozen) => {
        const run = await here.flotilla.run(`${here.ledger.note('began')}; sleep 2; exit 4`);
        await frozen.says('fault: freeze');
        await here.worker();
        await eventually(
          'another launched it',
          () => here.ledger.attempts('began', run.run_id).length === 1,
        );
        await thaw(frozen);
        expect(await here.flotilla.until(run.run_id, 'STOPPED')).toMatchObject({
          exit_code: 4,
          attempt_count: 1,
        });
        await sleep(AFTERMATH_MS);
        expect(here.ledger.attempts('began', run.run_id)).toEqual([1]);
      });
    } finally {
      await here.close();
    }
  },
);

test.concurrent.each(['before:writeLifecycle:1', 'before:writeLifecycle:2', 'before:openRun:1'])(
  'frozen %s, another goes on, then thawed: the late write changes nothing',
  async (point) => {
    const here = await createScene();
    try {
      await freeze(here, point, async (frozen) => {
        const run = await here.flotilla.run(`${here.ledger.note('began')}; exit 4`);
        await frozen.says('fault: freeze');
        await here.worker();
        const over = await here.flotilla.until(run.run_id, 'STOPPED');
        expect(over.exit_code).toBe(4);
        const transitions = await here.flotilla.transitions(run.run_id);
        await thaw(frozen);
        expect(await here.flotilla.get(run.run_id)).toEqual(over);
        expect(await here.flotilla.transitions(run.run_id)).toEqual(transitions);
        expect(here.ledger.attempts('began', run.run_id)).toEqual([1]);
      });
    } finally {
      await here.close();
    }
  },
);

test('a watcher that froze is replaced within 30 s', async () => {
  const here = await createScene({ config: { sweep_seconds: 3600 } });
  try {
    const first = await here.worker();
    const inFlight = await here.flotilla.run('sleep 5; exit 4');
    await here.flotilla.until(inFlight.run_id, 'RUNNING');
    first.process.kill('SIGSTOP');
    const froze = Date.now();
    await here.worker();
    // Only a watcher tells of its end: no sweep comes within an hour.
    const later = await here.flotilla.run('exit 5');
    expect((await here.flotilla.until(later.run_id, 'STOPPED')).exit_code).toBe(5);
    expect(Date.now() - froze).toBeLessThan(30_000);
    expect((await here.flotilla.until(inFlight.run_id, 'STOPPED')).exit_code).toBe(4);
  } finally {
    await here.close();
  }
});
