import { randomUUID } from 'node:crypto';
import { seedCluster } from '../../db/clusters.ts';
import { inAwsScene, type AwsScene } from '../support/aws-scene.ts';
import { createTestDatabase } from '../support/database.ts';
import type { TaskRecord } from '../support/ecs/control.ts';
import type { Ecs } from '../support/ecs/start-ecs.ts';
import { startFlotilla, type FlotillaOptions, type TestFlotilla } from '../support/flotilla.ts';
import { ecsConfig } from './engines.ts';
import { makeQueue } from './queue.ts';

/** A Flotilla whose runs go to clusters of its own in the ECS of the tests, with a queue of its own. */
export interface EcsFlotilla extends TestFlotilla {
  clusters: { ec2: string; fargate: string };
  /** Tasks that were ever started for a run, in order. */
  tasksOf(runId: string): Promise<TaskRecord[]>;
}

export interface EcsFlotillaOptions extends FlotillaOptions {
  on?: 'ec2' | 'fargate';
  hosts?: number;
}

export async function flotillaOn(
  ecs: Ecs,
  { on = 'ec2', hosts = 1, ...options }: EcsFlotillaOptions = {},
): Promise<EcsFlotilla> {
  const mark = randomUUID().slice(0, 8);
  const clusters = { ec2: `hosts-${mark}`, fargate: `fargate-${mark}` };
  await ecs.control.prepare({ ...clusters, spotProvider: `spot-${mark}`, hosts });
  await makeQueue(ecs, `changes-${mark}`, clusters[on]);
  const database = await createTestDatabase();
  const row = { name: clusters[on], engine: 'ecs', region: ecs.client.region };
  await seedCluster(database.db, row);
  const flotilla = await startFlotilla({
    ...options,
    database,
    defaultCluster: false,
    config: {
      ...ecsConfig(ecs),
      ecs_launch_type: on === 'ec2' ? 'EC2' : 'FARGATE',
      queue_status: `changes-${mark}`,
      ...options.config,
    },
  });
  const define = (command: string, more: Record<string, unknown> = {}): Promise<string> =>
    flotilla.define(command, { memory: 64, ...more });
  const execute: TestFlotilla['execute'] = (alias, more = {}) =>
    flotilla.execute(alias, { cluster: clusters[on], ...more });
  return {
    ...flotilla,
    clusters,
    define,
    execute,
    run: async (command, more = {}) => execute(await define(command, more)),
    async tasksOf(runId) {
      const tasks = await ecs.control.tasks();
      return tasks.filter(({ startedBy }) => startedBy?.startsWith(`${runId}/`));
    },
  };
}

export type EcsScene = AwsScene<EcsFlotilla>;

/** Does something with a scene, and ends it. */
export async function inScene(
  ecs: Ecs,
  act: (scene: EcsScene) => Promise<void>,
  options: EcsFlotillaOptions = {},
): Promise<void> {
  const flotilla = await flotillaOn(ecs, { worker: false, ...options });
  await inAwsScene(flotilla, act);
}
