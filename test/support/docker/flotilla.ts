import { randomUUID } from 'node:crypto';
import { seedCluster } from '../../../db/clusters.ts';
import { createTestDatabase } from '../database.ts';
import { startFlotilla, type FlotillaOptions, type TestFlotilla } from '../flotilla.ts';
import { workersFor, type Scene } from '../scene.ts';
import { DOCKER_SETTINGS } from './engines.ts';
import { containersFor, type SeenContainer } from './observe.ts';
import type { TestDocker } from './test-docker.ts';

/** A Flotilla whose runs go to a daemon of the tests. */
export interface DockerFlotilla extends TestFlotilla {
  /** Its cluster; containers of other Flotillas on the same daemon are not its own. */
  cluster: string;
  /** All containers of a run that the daemon has now, also those that were never started. */
  containersOf(runId: string): Promise<SeenContainer[]>;
}

/** Server and worker in this process, with the daemon as the cluster where runs go. */
export async function flotillaOn(
  docker: TestDocker,
  options: FlotillaOptions = {},
): Promise<DockerFlotilla> {
  const cluster = `docker-${randomUUID().slice(0, 8)}`;
  const database = options.database ?? (await createTestDatabase());
  await seedCluster(database.db, { name: cluster, engine: 'docker', region: 'test' });
  const flotilla = await startFlotilla({
    ...options,
    database,
    defaultCluster: false,
    config: {
      ...DOCKER_SETTINGS,
      docker_host: docker.host,
      stop_grace_seconds: 1,
      ...options.config,
    },
  });
  const define: TestFlotilla['define'] = (command, more = {}) =>
    flotilla.define(command, { image: docker.images.bash, memory: 64, ...more });
  const execute: TestFlotilla['execute'] = (alias, more = {}) =>
    flotilla.execute(alias, { cluster, ...more });
  return {
    ...flotilla,
    cluster,
    define,
    execute,
    run: async (command, more = {}) => execute(await define(command, more)),
    containersOf: (runId) => containersFor(docker, runId),
  };
}

/** Does something with a Flotilla of its own on a daemon, and ends it. */
export async function withFlotilla(
  docker: TestDocker,
  act: (here: DockerFlotilla) => Promise<void>,
  options: FlotillaOptions = {},
): Promise<void> {
  const here = await flotillaOn(docker, options);
  try {
    await act(here);
  } finally {
    await here.stop();
  }
}

/** A server in this process, and workers in processes of their own, which can be killed and frozen. */
export interface DockerScene extends Omit<Scene, 'ledger' | 'flotilla'> {
  flotilla: DockerFlotilla;
}

/** Does something with a scene, and ends it. */
export async function inScene(
  docker: TestDocker,
  act: (scene: DockerScene) => Promise<void>,
  options: FlotillaOptions = {},
): Promise<void> {
  const flotilla = await flotillaOn(docker, { worker: false, ...options });
  const scene = { flotilla, ...workersFor(flotilla) };
  try {
    await act(scene);
  } finally {
    await scene.close();
  }
}
