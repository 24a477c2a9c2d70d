import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Schemas } from '../../client/client.ts';
import { identify, isAlive } from '../../os/process.ts';
import { withFlotilla, type DockerFlotilla } from '../support/docker/flotilla.ts';
import { ContainerLedger } from '../support/docker/ledger.ts';
import type { TestDocker } from '../support/docker/test-docker.ts';
import { useDocker } from '../support/docker/use-docker.ts';
import { eventually } from '../support/eventually.ts';
import { attemptsOf, stopRun, untilSaid } from '../support/observe.ts';

const ledger = new ContainerLedger();
beforeAll(() => ledger.start());
afterAll(() => ledger.stop());

/** A command that notes that it lives, ten times a second, without end. */
const beats = (): string => `set +x; while true; do ${ledger.noteAttempt('beat')}; sleep 0.1; done`;

async function eventsOf(here: DockerFlotilla, runId: string): Promise<Schemas['Event'][]> {
  const path = `/api/v8/runs/${runId}/events`;
  return (await here.api.json<{ events: Schemas['Event'][] }>('GET', path)).events;
}

describe('a daemon', () => {
  let docker: TestDocker;
  useDocker((started) => void (docker = started));

  test.each([
    { how: 'killed -9', end: () => docker.kill() },
    { how: 'shut down', end: () => docker.shutDown() },
  ])('$how in mid-run: the run goes on in a second attempt, and no two are alive', async (one) => {
    await withFlotilla(docker, async (here) => {
      const { run_id: runId } = await here.run(beats());
      await eventually('it beats', () => ledger.attempts('beat', runId).length > 2);
      await here.until(runId, 'RUNNING');
      await one.end();
      await docker.restart();
      await eventually('the second beats', () => ledger.attempts('beat', runId).includes(2));
      await stopRun(here, runId);
      await here.until(runId, 'STOPPED');
      const steps = await here.transitions(runId);
      const lost = steps.find(({ status }) => status === 'NEEDS_RETRY');
      expect(lost).toMatchObject({
        reason: expect.stringContaining('the Docker daemon went away'),
        evidence: expect.stringContaining('the daemon did not answer from'),
      });
      expect((await attemptsOf(here, runId))[0]).toMatchObject({ failure_class: 'host-fault' });
      const seen = ledger.attempts('beat', runId);
      expect(seen).toEqual(seen.toSorted((a, b) => a - b));
      expect(new Set(seen)).toEqual(new Set([1, 2]));
    });
  });

  test('an exit code of the job itself is believed, also of one that ends with its daemon', async () => {
    await withFlotilla(docker, async (here) => {
      const note = ledger.noteAttempt('own');
      const { run_id: runId } = await here.run(`trap 'exit 7' TERM; ${note}; sleep 600 & wait`);
      await eventually('it runs', () => ledger.attempts('own', runId).length === 1);
      await here.until(runId, 'RUNNING');
      await docker.kill();
      await docker.restart();
      expect(await here.until(runId, 'STOPPED')).toMatchObject({ exit_code: 7, attempt_count: 1 });
    });
  });

  test('away while a run is accepted: it waits in QUEUED and says why, then runs once', async () => {
    await withFlotilla(docker, async (here) => {
      await docker.kill();
      const { run_id: runId } = await here.run(ledger.noteAttempt('late'));
      const step = await untilSaid(here, runId, /docker|daemon|connect/i, 'QUEUED');
      expect(step.reason).toMatch(/ENOENT|ECONNREFUSED/);
      expect((await here.get(runId)).status).toBe('QUEUED');
      await docker.restart();
      expect(await here.until(runId, 'STOPPED')).toMatchObject({ exit_code: 0, attempt_count: 1 });
      expect(ledger.attempts('late', runId)).toEqual([1]);
    });
  });

  test('away while a run is stopped: it is STOPPED once its container has ended', async () => {
    await withFlotilla(docker, async (here) => {
      const { run_id: runId } = await here.run(beats());
      await eventually('it beats', () => ledger.attempts('beat', runId).length > 2);
      await here.until(runId, 'RUNNING');
      await docker.kill();
      await stopRun(here, runId);
      const count = ledger.attempts('beat', runId).length;
      await eventually('it still beats', () => ledger.attempts('beat', runId).length > count);
      expect((await here.get(runId)).status).not.toBe('STOPPED');
      await docker.restart();
      expect(await here.until(runId, 'STOPPED')).toMatchObject({
        exit_reason: 'Task terminated by user',
        attempt_count: 1,
      });
      const containers = await here.containersOf(runId);
      expect(containers.map(({ running }) => running)).toEqual([false]);
    });
  });

  test('a container removed by hand ends its run, which says so', async () => {
    await withFlotilla(docker, async (here) => {
      const { run_id: runId } = await here.run('sleep 600');
      await here.until(runId, 'RUNNING');
      const [container] = await here.containersOf(runId);
      await docker.ask('DELETE', `/containers/${container?.id}?force=1`);
      const over = await here.until(runId, 'STOPPED');
      expect(over.exit_reason).toContain('its container was removed');
      expect(await attemptsOf(here, runId)).toMatchObject([{ failure_class: 'unknown' }]);
    });
  });

  test('a container that is paused says so, goes on, and can be stopped while it is', async () => {
    await withFlotilla(docker, async (here) => {
      const { run_id: runId } = await here.run(beats());
      await here.until(runId, 'RUNNING');
      const [container] = await here.containersOf(runId);
      await docker.ask('POST', `/containers/${container?.id}/pause`);
      await untilSaid(here, runId, /paused/, 'RUNNING');
      await docker.ask('POST', `/containers/${container?.id}/unpause`);
      const paused = ledger.attempts('beat', runId).length;
      await eventually('it goes on', () => ledger.attempts('beat', runId).length > paused);
      const told = async (): Promise<boolean> => {
        const reasons = (await eventsOf(here, runId)).map(({ reason }) => reason);
        return reasons.includes('Paused') && reasons.includes('Unpaused');
      };
      await eventually('its events have both', told);
      await docker.ask('POST', `/containers/${container?.id}/pause`);
      await stopRun(here, runId);
      await here.until(runId, 'STOPPED');
      expect((await here.containersOf(runId)).map(({ running }) => running)).toEqual([false]);
    });
  });
});

describe('a daemon with live-restore', () => {
  let docker: TestDocker;
  useDocker((started) => void (docker = started), { liveRestore: true });

  const lines = Array.from({ length: 60 }, (_, at) => `line ${at + 1}`);
  const counting = `set +x; for i in $(seq 60); do echo line $i; sleep 0.1; done; exit 4`;

  test.each([
    // A daemon that is killed may lose what it has read and not yet written down.
    { how: 'killed -9', end: () => docker.kill(), lost: 1 },
    { how: 'shut down', end: () => docker.shutDown(), lost: 0 },
  ])('$how in mid-run: the job goes on, its end and its log are right', async ({ end, lost }) => {
    await withFlotilla(docker, async (here) => {
      const { run_id: runId } = await here.run(counting);
      await here.until(runId, 'RUNNING');
      await end();
      await docker.restart();
      expect(await here.until(runId, 'STOPPED')).toMatchObject({ exit_code: 4, attempt_count: 1 });
      const read: string[] = (await here.logOf(runId)).match(/^line \d+$/gm) ?? [];
      expect(lines.filter((line) => !read.includes(line)).length).toBeLessThanOrEqual(lost);
      expect(read).toEqual(lines.filter((line) => read.includes(line)));
    });
  });

  test('a job that ends while its daemon is away: its exit code is right, and it is not run again', async () => {
    await withFlotilla(docker, async (here) => {
      const command = `${ledger.noteAttempt('began')}; sleep 2; exit 3`;
      const { run_id: runId } = await here.run(command);
      await here.until(runId, 'RUNNING');
      const [container] = await here.containersOf(runId);
      const inspected = await docker.ask('GET', `/containers/${container?.id}/json`);
      const { State } = JSON.parse(inspected) as { State: { Pid: number } };
      const job = identify(State.Pid);
      await docker.kill();
      await eventually('the job ends', () => job === null || !isAlive(job));
      await docker.restart();
      expect(await here.until(runId, 'STOPPED')).toMatchObject({ exit_code: 3, attempt_count: 1 });
      expect(ledger.attempts('began', runId)).toEqual([1]);
    });
  });
});
