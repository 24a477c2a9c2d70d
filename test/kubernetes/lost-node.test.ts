import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import type { TestFlotilla } from '../support/flotilla.ts';
import { breakableFor } from '../support/kubernetes/attach.ts';
import { withFlotilla } from '../support/kubernetes/flotilla.ts';
import { attemptsOf, stopRun, untilSaid } from '../support/observe.ts';
import type { TestCluster } from '../support/kubernetes/test-cluster.ts';

/** Several sweeps; a second attempt would show by then. */
const SILENT_MS = 12_000;
const TIMEOUT = { timeout: 180_000 };

/** Notes each attempt; the first one would go on for long. */
function long({ ledger }: TestCluster): string {
  return `${ledger.noteAttempt('began')}; [ $FLOTILLA_RUN_ATTEMPT = 2 ] || sleep 600`;
}

/** The node on which a run's first attempt is. */
function hostOf(here: TestFlotilla, runId: string): Promise<string> {
  return eventually('its node is known', async () => (await attemptsOf(here, runId))[0]?.host);
}

function numberOf(host: string): number {
  return Number(host.replace(/\D/g, ''));
}

/** What is to be known of a run whose node was lost, and that ran again. */
async function expectElsewhere(
  cluster: TestCluster,
  here: TestFlotilla,
  runId: string,
  host: string,
  evidence: string,
): Promise<void> {
  expect(await here.until(runId, 'STOPPED')).toMatchObject({ exit_code: 0, attempt_count: 2 });
  const [first, second] = await attemptsOf(here, runId);
  expect(first).toMatchObject({ failure_class: 'host-lost', host });
  expect(first?.evidence).toContain(evidence);
  expect(second?.host).not.toBe(host);
  expect(cluster.ledger.attempts('began', runId)).toEqual([1, 2]);
}

test(
  'a run waits until its lost node is deleted, then runs on another',
  TIMEOUT,
  async (context) => {
    const cluster = breakableFor(context);
    await withFlotilla(cluster, {}, async (here) => {
      const { run_id: runId } = await here.run(long(cluster));
      await here.until(runId, 'RUNNING');
      const host = await hostOf(here, runId);
      await cluster.killNode(numberOf(host));
      await untilSaid(here, runId, new RegExp(`node ${host} is not ready`));
      await sleep(SILENT_MS);
      expect((await here.get(runId)).status).toBe('RUNNING');
      expect(cluster.ledger.attempts('began', runId)).toEqual([1]);
      await cluster.kubectl('delete', 'node', host);
      await expectElsewhere(cluster, here, runId, host, host);
    });
  },
);

test(
  'a taint out-of-service tells that a node is lost, to runs and to stops',
  TIMEOUT,
  async (context) => {
    const cluster = breakableFor(context);
    await withFlotilla(cluster, {}, async (here) => {
      const alias = await here.define(long(cluster));
      const runs = await Promise.all([1, 2, 3].map(() => here.execute(alias)));
      const placed = await Promise.all(
        runs.map(async ({ run_id: runId }) => {
          await here.until(runId, 'RUNNING');
          return { runId, host: await hostOf(here, runId) };
        }),
      );
      // Of three runs on two nodes, two are neighbours.
      const host = placed.map((one) => one.host).toSorted()[1] ?? '';
      const there = placed.filter((one) => one.host === host).map(({ runId }) => runId);
      const [stays = '', isStopped = ''] = there;
      await cluster.killNode(numberOf(host));
      for (const runId of there)
        await untilSaid(here, runId, new RegExp(`node ${host} is not ready`));
      await stopRun(here, isStopped);
      await sleep(SILENT_MS);
      for (const runId of there) expect((await here.get(runId)).status).toBe('RUNNING');
      const taint = 'node.kubernetes.io/out-of-service=nodeshutdown:NoExecute';
      await cluster.kubectl('taint', 'node', host, taint);
      await expectElsewhere(cluster, here, stays, host, `node ${host} is tainted out-of-service`);
      const stopped = await here.until(isStopped, 'STOPPED');
      expect(stopped).toMatchObject({ exit_reason: 'Task terminated by user', attempt_count: 1 });
      expect(cluster.ledger.attempts('began', isStopped)).toEqual([1]);
      for (const { runId } of placed) await stopRun(here, runId);
      for (const { runId } of placed) await here.until(runId, 'STOPPED');
    });
  },
);

test(
  'a time-out may overrule the wait, also for a job that had not started',
  TIMEOUT,
  async (context) => {
    const cluster = breakableFor(context);
    const config = { eks_host_lost_seconds: 5, eks_image_unreachable_seconds: 600 };
    await withFlotilla(cluster, { config }, async (here) => {
      const image = await cluster.push(cluster.images.bash, 'lost:1');
      await cluster.ctl('stop', 'registry');
      const waiting = await here.execute(await here.define(long(cluster), { image }));
      await untilSaid(here, waiting.run_id, /the image cannot be fetched now/);
      const host = await hostOf(here, waiting.run_id);
      await cluster.killNode(numberOf(host));
      await cluster.ctl('start', 'registry');
      expect(await here.until(waiting.run_id, 'STOPPED')).toMatchObject({ exit_code: 0 });
      const [first, second] = await attemptsOf(here, waiting.run_id);
      expect(first).toMatchObject({ failure_class: 'host-lost', host });
      expect(first?.evidence).toMatch(/not confirmed, but silent for more than 5 s/);
      expect(second?.host).not.toBe(host);
      expect(cluster.ledger.attempts('began', waiting.run_id)).toEqual([2]);
    });
  },
);
