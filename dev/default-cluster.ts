import type { Config } from '../conf/schema.ts';
import { findCluster, seedCluster } from '../db/clusters.ts';
import { openDatabase } from '../db/client.ts';
import { openDocker } from '../engines/docker/open.ts';
import { messageOf } from '../domain/errors.ts';

type DevEngine = 'docker' | 'local';

/** A daemon that takes longer is none for a laptop's first start. */
const ANSWER_MS = 3_000;

/**
 * Sees to it that the embedded stack has its cluster: of engine docker where a daemon answers or
 * `dev_engine` says so, else of engine local. One that is there stays as it was begun.
 * @param say told in words what jobs run on, and why
 */
export async function seedDefaultCluster(
  config: Config,
  name: string,
  say: (text: string) => void,
): Promise<void> {
  const database = openDatabase(config.database_url ?? '', {
    maxConnections: 2,
    applicationName: 'flotilla-dev',
    onIdleError: () => undefined,
  });
  try {
    const there = await findCluster(database.db, name);
    if (there !== null) {
      const begun = there.engine ?? config.default_engine;
      if (config.dev_engine !== 'auto' && config.dev_engine !== begun) {
        say(`cluster ${name} is of engine ${begun}, with which ${config.data_dir} was begun`);
      }
      return;
    }
    const engine = await chooseEngine(config, name, say);
    await seedCluster(database.db, { name, engine, region: 'local' });
  } finally {
    await database.close();
  }
}

async function chooseEngine(
  config: Config,
  cluster: string,
  say: (text: string) => void,
): Promise<DevEngine> {
  if (config.dev_engine !== 'auto') return config.dev_engine;
  const engine = openDocker(config, { name: cluster });
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error('no answer')), ANSWER_MS).unref();
  });
  try {
    const version = await Promise.race([engine.probe(), late]);
    say(`jobs run as containers: ${version} at ${config.docker_host}`);
    return 'docker';
  } catch (error) {
    say(`jobs run as processes of this machine: ${messageOf(error)}`);
    return 'local';
  } finally {
    await engine.close();
  }
}
