import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { seedCluster } from '../../db/clusters.ts';
import { commandHash } from '../../domain/run.ts';
import { startFlotilla, type FlotillaOptions, type TestFlotilla } from '../support/flotilla.ts';
import { acceptRun } from '../support/rows.ts';

interface Placed {
  run_id: string;
  definition_id: string;
  node_lifecycle: string;
  active_deadline_seconds: number;
  pod_events: { reason: string; message: string }[];
}

const WEEK = 604_800;
const TWO_DAYS = 172_800;

async function start(config: FlotillaOptions['config'] = {}): Promise<TestFlotilla> {
  const flotilla = await startFlotilla({ worker: false, config });
  await seedCluster(flotilla.database.db, { name: 'k8s', engine: 'eks', region: '' });
  return flotilla;
}

let flotilla: TestFlotilla;
beforeAll(async () => {
  flotilla = await start();
});
afterAll(() => flotilla.stop());

let alias: string;
beforeEach(async () => {
  alias = await flotilla.define('train');
});

async function place(more: Record<string, unknown> = {}, on = flotilla): Promise<Placed> {
  const body = { cluster: 'k8s', run_tags: { owner_id: 'ada' }, ...more };
  return on.api.json<Placed>('PUT', `/api/v6/task/alias/${alias}/execute`, body);
}

test('spot capacity for two days, unless the run says otherwise', async () => {
  expect(await place()).toMatchObject({
    node_lifecycle: 'spot',
    active_deadline_seconds: TWO_DAYS,
    pod_events: [],
  });
  expect(await place({ active_deadline_seconds: 5 })).toMatchObject({ active_deadline_seconds: 5 });
  expect(await place({ node_lifecycle: 'ondemand' })).toMatchObject({
    node_lifecycle: 'ondemand',
    active_deadline_seconds: WEEK,
    pod_events: [],
  });
});

test('a run with GPUs, its own or its definition’s, goes on demand and shows it', async () => {
  const gpu = {
    node_lifecycle: 'ondemand',
    active_deadline_seconds: WEEK,
    pod_events: [{ reason: 'OnDemand', message: 'runs on demand: it has GPUs' }],
  };
  expect(await place({ gpu: 1, node_lifecycle: 'spot' })).toMatchObject(gpu);
  alias = await flotilla.define('train', { gpu: 1 });
  expect(await place()).toMatchObject(gpu);
});

test('a command that usually takes long goes on demand, another of the same definition does not', async () => {
  const { definition_id: executableId } = await place();
  const startedAt = new Date(Date.now() - 45 * 60_000);
  await acceptRun(flotilla.database, {
    executableId,
    commandHash: commandHash('slow'),
    engine: 'eks',
    exitCode: 0,
    startedAt,
    finishedAt: new Date(),
  });
  expect(await place({ command: 'slow' })).toMatchObject({
    node_lifecycle: 'ondemand',
    active_deadline_seconds: TWO_DAYS,
    pod_events: [{ message: 'runs on demand: this command takes 45 minutes' }],
  });
  expect(await place({ command: 'quick' })).toMatchObject({ node_lifecycle: 'spot' });
});

test('other engines heed none of this', async () => {
  const run = await place({ cluster: 'default', gpu: 1 });
  expect(run).toMatchObject({ node_lifecycle: 'spot', active_deadline_seconds: TWO_DAYS });
});

test('where runs on spot capacity had to be repeated lately, the next ones go on demand', async () => {
  const other = await start();
  try {
    alias = await other.define('train');
    const spot = { engine: 'eks', nodeLifecycle: 'spot' };
    for (const attemptCount of [1, 2]) await acceptRun(other.database, { ...spot, attemptCount });
    expect(await place({}, other)).toMatchObject({
      node_lifecycle: 'ondemand',
      pod_events: [
        { message: 'runs on demand: 100 % of runs on spot capacity had to be repeated lately' },
      ],
    });
  } finally {
    await other.stop();
  }
});

test('where spot capacity is ruled out, every run goes on demand', async () => {
  const other = await start({ eks_spot_override: true });
  try {
    alias = await other.define('train');
    expect(await place({ node_lifecycle: 'spot' }, other)).toMatchObject({
      node_lifecycle: 'ondemand',
      active_deadline_seconds: WEEK,
    });
  } finally {
    await other.stop();
  }
});
