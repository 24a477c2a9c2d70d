import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { clusterFor } from '../support/kubernetes/attach.ts';
import { couldRun, inNamespace, jobsOf, podsOf } from '../support/kubernetes/objects.ts';
import { inScene, type ClusterScene } from '../support/kubernetes/scene.ts';

/** Long enough for a thawed process to do what it was about to do. */
const AFTERMATH_MS = 3_000;

/** A launch makes a suspended Job, puts it on record and lets it go. */
const BEFORE_JOB = 'before:engine.launch:1';
const BEFORE_RECORD = 'before:engine.register:1';
const BEFORE_RESUME = 'after:engine.register:1';
const AFTER_RESUME = 'after:engine.launch:1';

const stop = ({ flotilla }: ClusterScene, runId: string): Promise<unknown> =>
  flotilla.api.json('POST', `/api/v8/runs/${runId}/stop`);

function noJobCouldRun({ cluster }: ClusterScene, runId: string): Promise<unknown> {
  return eventually('no Job of it could run', async () => {
    const [jobs, pods] = await Promise.all([jobsOf(cluster, runId), podsOf(cluster, runId)]);
    return pods.length === 0 && !jobs.some(couldRun);
  });
}

describe('frozen in a launch, the run stopped meanwhile, then thawed: nothing runs', () => {
  const cases = [
    { point: BEFORE_JOB, thaw: 'when its Job is dropped' },
    { point: BEFORE_RECORD, thaw: 'at once' },
    { point: BEFORE_RESUME, thaw: 'at once' },
    { point: BEFORE_RESUME, thaw: 'when its Job is dropped' },
  ];
  test.concurrent.for(cases)('$point, $thaw', { timeout: 240_000 }, async (one, context) => {
    const cluster = clusterFor(context);
    await inScene(cluster, async (here) => {
      const { flotilla } = here;
      const frozen = await here.worker(`freeze:${one.point}`);
      const run = await flotilla.run(`${cluster.ledger.noteAttempt('began')}; sleep 60`);
      await frozen.says('fault: freeze');
      // On record before another worker may go on with the launch.
      await stop(here, run.run_id);
      await here.worker();
      const over = await flotilla.until(run.run_id, 'STOPPED');
      expect(over).toMatchObject({ exit_code: 1, exit_reason: 'Task terminated by user' });
      const steps = await flotilla.transitions(run.run_id);
      if (one.thaw !== 'at once') {
        const none = async (): Promise<boolean> => (await jobsOf(cluster, run.run_id)).length === 0;
        await eventually('its Job is dropped', none, 90_000);
      }
      frozen.process.kill('SIGCONT');
      await sleep(AFTERMATH_MS);
      await noJobCouldRun(here, run.run_id);
      expect(cluster.ledger.attempts('began', run.run_id)).toEqual([]);
      expect(await flotilla.transitions(run.run_id)).toEqual(steps);
    });
  });
});

describe('killed -9 in a launch, another worker takes over: it ran once', () => {
  const points = [BEFORE_JOB, BEFORE_RECORD, BEFORE_RESUME, AFTER_RESUME];
  test.concurrent.for(points)('%s', { timeout: 240_000 }, async (point, context) => {
    const cluster = clusterFor(context);
    await inScene(cluster, async (here) => {
      const doomed = await here.worker(`kill:${point}`);
      const run = await here.flotilla.run(`${cluster.ledger.noteAttempt('began')}; sleep 1`);
      await doomed.exited;
      expect(doomed.output()).toContain('fault: kill');
      await here.worker();
      const over = await here.flotilla.until(run.run_id, 'STOPPED');
      expect(over).toMatchObject({ exit_code: 0, attempt_count: 1 });
      expect(cluster.ledger.attempts('began', run.run_id)).toEqual([1]);
      const statuses = (await here.flotilla.transitions(run.run_id)).map(({ status }) => status);
      expect(statuses.at(-1)).toBe('STOPPED');
      expect(statuses).not.toContain('NEEDS_RETRY');
    });
  });
});

describe('away for longer than its Job is kept: it is not run again', () => {
  test.concurrent.for([
    { name: 'its launch not on record', point: `kill:${AFTER_RESUME}` },
    { name: 'its launch on record', point: '' },
  ])('$name', { timeout: 240_000 }, async ({ point }, context) => {
    const cluster = clusterFor(context);
    const { ledger } = cluster;
    await inScene(cluster, async (here) => {
      const doomed = await here.worker(point);
      const command = `${ledger.noteAttempt('began')}; sleep 3; ${ledger.noteAttempt('ended')}`;
      const { run_id: runId } = await here.flotilla.run(command);
      if (point === '') {
        await here.flotilla.until(runId, 'RUNNING');
        await doomed.kill();
      }
      await doomed.exited;
      const ended = (): boolean => ledger.attempts('ended', runId).length === 1;
      await eventually('it ends meanwhile', ended);
      await inNamespace(cluster, 'delete', 'job', runId, '--wait');
      const none = async (): Promise<boolean> => (await podsOf(cluster, runId)).length === 0;
      await eventually('its pod is gone, too', none);
      await here.worker();
      const over = await here.flotilla.until(runId, 'STOPPED');
      expect(over.exit_code).toBeUndefined();
      expect(over.exit_reason).toContain('outcome unknown');
      await sleep(AFTERMATH_MS);
      expect(ledger.attempts('began', runId)).toEqual([1]);
    });
  });

  test.concurrent(
    'its Job gone and its pod still running: the pod is followed to its end',
    { timeout: 240_000 },
    async (context) => {
      const cluster = clusterFor(context);
      const { ledger } = cluster;
      await inScene(cluster, async (here) => {
        const doomed = await here.worker(`kill:${AFTER_RESUME}`);
        const { run_id: runId } = await here.flotilla.run(
          `${ledger.noteAttempt('began')}; sleep 40; exit 5`,
        );
        await doomed.exited;
        await eventually('it runs', () => ledger.attempts('began', runId).length === 1);
        await inNamespace(cluster, 'delete', 'job', runId, '--cascade=orphan', '--wait');
        await here.worker();
        const over = await here.flotilla.until(runId, 'STOPPED');
        expect(over).toMatchObject({ exit_code: 5, attempt_count: 1 });
        expect(ledger.attempts('began', runId)).toEqual([1]);
      });
    },
  );
});
