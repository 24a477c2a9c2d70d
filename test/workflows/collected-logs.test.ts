import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { localClusterDir } from '../../engines/local/paths.ts';
import { MAY_END_EARLY } from '../../logs/complete.ts';
import { startWorker } from '../../worker.ts';
import { eventually } from '../support/eventually.ts';
import { startFlotilla } from '../support/flotilla.ts';
import { TailedEngine } from '../support/tailed-engine.ts';

/** A Flotilla whose server has no way to the cluster, and the engines of its workers in turn. */
async function start() {
  let dir = '';
  const engines: TailedEngine[] = [];
  const engineFor = (): TailedEngine => {
    const engine = new TailedEngine(localClusterDir(dir, 'elsewhere'));
    engines.push(engine);
    return engine;
  };
  const flotilla = await startFlotilla({
    engineFor,
    onDir: (made) => (dir = made),
    config: { watch_cycle_seconds: 2 },
  });
  onTestFinished(() => flotilla.stop());
  return { flotilla, engines, engineFor };
}

const steps = (go: string): string =>
  `set +x; for i in 1 2 3; do echo "step $i"; until [ -e ${go}$i ]; do sleep 0.05; done; done; echo over`;

test('a log is collected as it grows, read live without the cluster, and whole at the end', async () => {
  const { flotilla, engines } = await start();
  const go = join(flotilla.dir, 'go');
  const run = await flotilla.run(steps(go));
  const path = `/api/v8/runs/${run.run_id}/log?follow=true`;
  await flotilla.until(run.run_id, 'RUNNING');
  const followed = flotilla.api.request('GET', path).then((response) => response.text());
  for (const i of [1, 2, 3]) {
    await eventually(`step ${i} can be read`, async () =>
      (await flotilla.logOf(run.run_id)).includes(`step ${i}\n`),
    );
    writeFileSync(`${go}${i}`, '');
  }
  expect((await flotilla.until(run.run_id, 'STOPPED')).exit_code).toBe(0);
  const whole = await flotilla.logOf(run.run_id);
  expect(whole.split('\n').slice(-5)).toEqual(['step 1', 'step 2', 'step 3', 'over', '']);
  expect(await followed).toBe(whole);
  // Collected once, whatever cycles the watch went through.
  expect(engines[0]?.tails.fromStart).toBe(1);
});

test('a worker that is replaced leaves no gap in a log, and repeats nothing', async () => {
  const { flotilla, engines, engineFor } = await start();
  const go = join(flotilla.dir, 'go');
  const run = await flotilla.run(steps(go));
  const shows = (text: string): Promise<true> =>
    eventually(`${text} can be read`, async () =>
      (await flotilla.logOf(run.run_id)).includes(`${text}\n`) ? true : null,
    );
  await shows('step 1');
  await flotilla.worker?.stop();
  writeFileSync(`${go}1`, '');
  flotilla.worker = await startWorker({ config: flotilla.config, log: flotilla.log, engineFor });
  await shows('step 2');
  for (const i of [2, 3]) writeFileSync(`${go}${i}`, '');
  await flotilla.until(run.run_id, 'STOPPED');
  const whole = await flotilla.logOf(run.run_id);
  expect(whole.match(/step \d|over/g)).toEqual(['step 1', 'step 2', 'step 3', 'over']);
  expect(engines[1]?.tails.fromStart).toBe(0);
});

test('a pod that is gone leaves what was collected of its log, and a line that says so', async () => {
  const { flotilla, engines } = await start();
  const go = join(flotilla.dir, 'go');
  const run = await flotilla.run(steps(go));
  await eventually('the first line can be read', async () =>
    (await flotilla.logOf(run.run_id)).includes('step 1\n'),
  );
  for (const engine of engines) engine.forgetful = true;
  for (const i of [1, 2, 3]) writeFileSync(`${go}${i}`, '');
  await flotilla.until(run.run_id, 'STOPPED');
  expect((await flotilla.logOf(run.run_id)).endsWith(`step 1\n${MAY_END_EARLY}`)).toBe(true);
});

test('a job that is over before anybody looked has its whole log', async () => {
  const { flotilla } = await start();
  const runs = await Promise.all([1, 2, 3].map((i) => flotilla.run(`set +x; echo "run ${i}"`)));
  for (const [i, run] of runs.entries()) {
    await flotilla.until(run.run_id, 'STOPPED');
    expect(await flotilla.logOf(run.run_id)).toMatch(new RegExp(`^run ${i + 1}$`, 'm'));
  }
});
