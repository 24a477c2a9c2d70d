import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inScene, type DockerScene } from '../support/docker/flotilla.ts';
import { ContainerLedger } from '../support/docker/ledger.ts';
import type { TestDocker } from '../support/docker/test-docker.ts';
import { useDocker } from '../support/docker/use-docker.ts';
import { eventually } from '../support/eventually.ts';
import { stopRun } from '../support/observe.ts';

/** Long enough for a thawed process to do what it was about to do. */
const AFTERMATH_MS = 3_000;

/** A launch makes a container, puts it on record and starts it. */
const BEFORE_CONTAINER = 'before:engine.launch:1';
const BEFORE_RECORD = 'before:engine.register:1';
const BEFORE_START = 'after:engine.register:1';
const AFTER_START = 'after:engine.launch:1';

const ledger = new ContainerLedger();
let docker: TestDocker;
useDocker((started) => void (docker = started));
beforeAll(() => ledger.start());
afterAll(() => ledger.stop());

async function neverRan({ flotilla }: DockerScene, runId: string): Promise<void> {
  const containers = await flotilla.containersOf(runId);
  expect(containers.filter(({ started }) => started)).toEqual([]);
  expect(ledger.attempts('began', runId)).toEqual([]);
}

describe.concurrent('killed -9 in a launch, another worker takes over: it ran once', () => {
  const points = [BEFORE_CONTAINER, BEFORE_RECORD, BEFORE_START, AFTER_START];
  test.for(points)('%s', async (point) => {
    await inScene(docker, async (here) => {
      const doomed = await here.worker(`kill:${point}`);
      const { run_id: runId } = await here.flotilla.run(`${ledger.noteAttempt('began')}; exit 5`);
      await doomed.exited;
      expect(doomed.output()).toContain('fault: kill');
      await here.worker();
      const over = await here.flotilla.until(runId, 'STOPPED');
      expect(over).toMatchObject({ exit_code: 5, attempt_count: 1 });
      expect(ledger.attempts('began', runId)).toEqual([1]);
      expect(await here.flotilla.logOf(runId)).toContain('+ exit 5');
      const statuses = (await here.flotilla.transitions(runId)).map(({ status }) => status);
      expect(statuses).not.toContain('NEEDS_RETRY');
    });
  });
});

describe.concurrent(
  'frozen in a launch while another worker runs the job to its end, then thawed',
  () => {
    const cases = [
      { point: BEFORE_CONTAINER, left: 'its container removed' },
      { point: BEFORE_RECORD, left: 'its container still there' },
      { point: BEFORE_START, left: 'its container still there' },
      { point: BEFORE_START, left: 'its container removed' },
    ];
    test.for(cases)('$point, $left: it ran once', async ({ point, left }) => {
      await inScene(docker, async (here) => {
        const frozen = await here.worker(`freeze:${point}`);
        const { run_id: runId } = await here.flotilla.run(`${ledger.noteAttempt('began')}; exit 5`);
        await frozen.says('fault: freeze');
        await here.worker();
        const over = await here.flotilla.until(runId, 'STOPPED');
        expect(over).toMatchObject({ exit_code: 5, attempt_count: 1 });
        const steps = await here.flotilla.transitions(runId);
        if (left === 'its container removed') {
          const [container, ...others] = await eventually('it is released', async () => {
            const containers = await here.flotilla.containersOf(runId);
            return containers.every(({ name }) => name.endsWith('.released')) && containers;
          });
          expect(others).toEqual([]);
          await docker.ask('DELETE', `/containers/${container?.id}`);
        }
        frozen.process.kill('SIGCONT');
        await sleep(AFTERMATH_MS);
        expect(ledger.attempts('began', runId)).toEqual([1]);
        expect(await here.flotilla.transitions(runId)).toEqual(steps);
        const containers = await here.flotilla.containersOf(runId);
        expect(containers.filter(({ running }) => running)).toEqual([]);
      });
    });
  },
);

describe.concurrent(
  'frozen in a launch, the run stopped meanwhile, then thawed: nothing runs',
  () => {
    const points = [BEFORE_CONTAINER, BEFORE_RECORD, BEFORE_START];
    test.for(points)('%s', async (point) => {
      await inScene(docker, async (here) => {
        const frozen = await here.worker(`freeze:${point}`);
        const { run_id: runId } = await here.flotilla.run(
          `${ledger.noteAttempt('began')}; sleep 60`,
        );
        await frozen.says('fault: freeze');
        // On record before another worker may go on with the launch.
        await stopRun(here.flotilla, runId);
        await here.worker();
        const over = await here.flotilla.until(runId, 'STOPPED');
        expect(over).toMatchObject({ exit_code: 1, exit_reason: 'Task terminated by user' });
        const steps = await here.flotilla.transitions(runId);
        frozen.process.kill('SIGCONT');
        await sleep(AFTERMATH_MS);
        await neverRan(here, runId);
        expect(await here.flotilla.transitions(runId)).toEqual(steps);
      });
    });
  },
);

describe.concurrent('killed -9 in mid-run, another worker follows the job', () => {
  const lines = Array.from({ length: 80 }, (_, at) => `line ${at + 1}`);
  const counting = (): string =>
    `set +x; ${ledger.noteAttempt('began')}; for i in $(seq 80); do echo line $i; sleep 0.1; done; exit 4`;

  test('that goes on: its code and its whole log are right', async () => {
    await inScene(docker, async (here) => {
      const doomed = await here.worker();
      const { run_id: runId } = await here.flotilla.run(counting());
      await here.flotilla.until(runId, 'RUNNING');
      await eventually('its log grows', async () => {
        const log = await here.flotilla.logOf(runId).catch(() => '');
        return /^line 9$/m.test(log);
      });
      await doomed.kill();
      await here.worker();
      const over = await here.flotilla.until(runId, 'STOPPED');
      expect(over).toMatchObject({ exit_code: 4, attempt_count: 1 });
      expect((await here.flotilla.logOf(runId)).match(/^line \d+$/gm)).toEqual(lines);
      expect(ledger.attempts('began', runId)).toEqual([1]);
    });
  });

  test('that has ended meanwhile: its code and its whole log are right', async () => {
    await inScene(docker, async (here) => {
      const doomed = await here.worker();
      const { run_id: runId } = await here.flotilla.run(counting());
      await here.flotilla.until(runId, 'RUNNING');
      await doomed.kill();
      await eventually('it ends', async () => {
        const [container] = await here.flotilla.containersOf(runId);
        return container?.running === false;
      });
      await here.worker();
      const over = await here.flotilla.until(runId, 'STOPPED');
      expect(over).toMatchObject({ exit_code: 4, attempt_count: 1 });
      expect((await here.flotilla.logOf(runId)).match(/^line \d+$/gm)).toEqual(lines);
      expect(ledger.attempts('began', runId)).toEqual([1]);
    });
  });
});
