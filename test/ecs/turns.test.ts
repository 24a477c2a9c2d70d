import { afterAll, beforeAll, expect, test } from 'vitest';
import { seedCluster } from '../../db/clusters.ts';
import { startFlotilla, type RunJson, type TestFlotilla } from '../support/flotilla.ts';
import { ecsConfig, useEngines, type Bed } from './engines.ts';

const PER_SECOND = 2;
const RUNS = 12;

let bed: Bed;
let flotilla: TestFlotilla;
useEngines((given) => (bed = given), { hosts: 2 });

beforeAll(async () => {
  const own = { ecs_launch_type: 'FARGATE', ecs_launches_per_second: PER_SECOND } as const;
  const config = { ...ecsConfig(bed.ecs, own), queue_status: bed.queue, default_engine: 'ecs' };
  flotilla = await startFlotilla({ config });
  for (const name of Object.values(bed.ecs.clusters)) {
    const cluster = { name, engine: 'ecs', region: bed.ecs.client.region };
    await seedCluster(flotilla.database.db, cluster);
  }
});
afterAll(() => flotilla.stop());

/** At once, on both clusters of the region in turn. */
async function begin(count: number, command: string): Promise<RunJson[]> {
  const alias = await flotilla.define(command, { memory: 64 });
  const { ec2, fargate } = bed.ecs.clusters;
  const clusterOf = (i: number): string => (i % 2 === 0 ? ec2 : fargate);
  return Promise.all(
    Array.from({ length: count }, (_, i) => flotilla.execute(alias, { cluster: clusterOf(i) })),
  );
}

test('launches of all clusters of a region take turns, so many a second', async () => {
  const runs = await begin(RUNS, 'true');
  for (const { run_id: id } of runs) {
    expect(await flotilla.until(id, 'STOPPED')).toMatchObject({ exit_code: 0, attempt_count: 1 });
  }
  const ids = new Set(runs.map(({ run_id: id }) => id));
  const tasks = (await bed.ecs.control.tasks()).filter(({ startedBy }) =>
    ids.has(startedBy?.split('/')[0] ?? ''),
  );
  expect(tasks).toHaveLength(RUNS);
  const times = tasks.map(({ createdAt }) => Date.parse(createdAt)).toSorted((a, b) => a - b);
  const spread = (times.at(-1) ?? 0) - (times[0] ?? 0);
  // The server lets a second's worth through at once.
  expect(spread).toBeGreaterThan(((RUNS - 2 * PER_SECOND) / PER_SECOND) * 1000);
});

test('a run that is stopped while it waits for its turn leaves no task', async () => {
  const runs = await begin(RUNS, 'sleep 30');
  await Promise.all(
    runs.map(({ definition_id: definition, run_id: id }) =>
      flotilla.api.request('DELETE', `/api/v6/task/${definition}/history/${id}`),
    ),
  );
  for (const { run_id: id } of runs) {
    expect((await flotilla.until(id, 'STOPPED')).exit_reason).toBe('Task terminated by user');
  }
  const ids = new Set(runs.map(({ run_id: id }) => id));
  const tasks = (await bed.ecs.control.tasks()).filter(({ startedBy }) =>
    ids.has(startedBy?.split('/')[0] ?? ''),
  );
  expect(tasks.length).toBeLessThan(RUNS);
  expect(tasks.map(({ lastStatus }) => lastStatus).filter((s) => s !== 'STOPPED')).toEqual([]);
});
