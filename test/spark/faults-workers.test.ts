import { expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import type { Spark } from '../support/spark/start-spark.ts';
import { useSpark } from '../support/spark/use-spark.ts';
import { inScene } from './flotilla.ts';

let emr: Spark;
useSpark((spark) => void (emr = spark));

test('a worker killed in mid-run is replaced, and the run ends in the truth', async () => {
  await inScene(emr, async ({ flotilla, worker, another }) => {
    const first = await worker();
    const { run_id: runId } = await flotilla.spark(`${emr.ledger.note('killed')}; sleep 3; exit 2`);
    await flotilla.until(runId, 'RUNNING');
    await first.kill();
    await another();
    expect(await flotilla.until(runId, 'STOPPED')).toMatchObject({ exit_code: -1 });
    expect(emr.ledger.attempts('killed', runId)).toEqual([1]);
  });
});

test('a job that ended while nobody watched is found ended', async () => {
  await inScene(emr, async ({ flotilla, worker, another }) => {
    const first = await worker();
    const { run_id: runId } = await flotilla.spark(`${emr.ledger.note('alone')}; sleep 1`);
    await flotilla.until(runId, 'PENDING', 'RUNNING');
    await first.kill();
    await eventually('it is over', async () => {
      const [job] = await flotilla.jobsOf(runId);
      return job?.state === 'COMPLETED';
    });
    await another();
    expect(await flotilla.until(runId, 'STOPPED')).toMatchObject({ exit_code: 0 });
    expect(emr.ledger.attempts('alone', runId)).toEqual([1]);
  });
});

test('a worker killed while it launches leaves one job, whoever goes on', async () => {
  await inScene(emr, async ({ flotilla, worker, another }) => {
    const first = await worker();
    const rule = { service: 'emr', operation: 'StartJobRun', kind: 'held' } as const;
    const letGo = await emr.control.interfere(rule);
    const before = ((await emr.control.calls())['emr.StartJobRun'] ?? []).length;
    const { run_id: runId } = await flotilla.spark(emr.ledger.note('launching'));
    await eventually('it is being launched', async () => {
      const calls = (await emr.control.calls())['emr.StartJobRun'] ?? [];
      return calls.length > before;
    });
    await first.kill();
    await another();
    await letGo();
    expect(await flotilla.until(runId, 'STOPPED')).toMatchObject({ exit_code: 0 });
    expect(emr.ledger.attempts('launching', runId)).toEqual([1]);
    expect(await flotilla.jobsOf(runId)).toHaveLength(1);
  });
});
