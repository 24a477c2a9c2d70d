import type { Config } from '../../../conf/schema.ts';
import { seedCluster } from '../../../db/clusters.ts';
import type { EksEngine } from '../../../engines/eks/engine.ts';
import { openEks, type EksConfig } from '../../../engines/eks/open.ts';
import { createTestDatabase, type TestDatabase } from '../database.ts';
import { startFlotilla, type FlotillaOptions, type TestFlotilla } from '../flotilla.ts';
import type { TestCluster } from './test-cluster.ts';

/** How the tests' Flotilla reaches a cluster: under the Role that the project deploys. */
export function configFor(
  cluster: TestCluster,
  more: Partial<Record<keyof Config, unknown>> = {},
): Partial<Record<keyof Config, unknown>> {
  return {
    eks_kubeconfig: cluster.restrictedKubeconfig,
    eks_job_namespace: cluster.namespace,
    // Images of the tests are on the nodes, and in no public registry.
    eks_image_pull_policy: 'IfNotPresent',
    eks_clusters: cluster.context,
    eks_cluster_default: cluster.context,
    stop_grace_seconds: 1,
    clusters_refresh_seconds: 1,
    sweep_seconds: 3,
    ...more,
  };
}

/** A database with the cluster in it, as a server or an operator puts it there. */
export async function databaseWith(cluster: TestCluster): Promise<TestDatabase> {
  const database = await createTestDatabase();
  await seedCluster(database.db, { name: cluster.context, engine: 'eks', region: 'test' });
  return database;
}

/** Server and worker in this process, with the cluster as the one where runs go by default. */
export async function flotillaOn(
  cluster: TestCluster,
  options: FlotillaOptions = {},
): Promise<TestFlotilla> {
  const database = options.database ?? (await databaseWith(cluster));
  const flotilla = await startFlotilla({
    ...options,
    database,
    defaultCluster: false,
    config: configFor(cluster, options.config),
  });
  const { define, execute } = flotilla;
  const on = (command: string, more: Record<string, unknown> = {}): Promise<string> =>
    define(command, { image: cluster.images.bash, memory: 512, cpu: 250, ...more });
  return {
    ...flotilla,
    define: on,
    execute: (alias, more = {}) => execute(alias, { cluster: cluster.context, ...more }),
    run: async (command, more = {}) =>
      execute(await on(command, more), { cluster: cluster.context }),
  };
}

/** Does something with a Flotilla of its own on a cluster, and ends it. */
export async function withFlotilla(
  cluster: TestCluster,
  options: FlotillaOptions,
  act: (here: TestFlotilla) => Promise<void>,
): Promise<void> {
  const here = await flotillaOn(cluster, options);
  try {
    await act(here);
  } finally {
    await here.stop();
  }
}

const SETTINGS: EksConfig = {
  flotilla_mode: 'test',
  stop_grace_seconds: 30,
  eks_job_namespace: 'default',
  eks_scheduler_name: 'default-scheduler',
  eks_image_pull_policy: 'IfNotPresent',
  eks_image_pull_secrets: [],
  eks_docker_socket: false,
  eks_karpenter: 'auto',
  eks_team_registry: true,
  eks_job_ttl_seconds: 3600,
  eks_image_refused_seconds: 3,
  eks_image_unreachable_seconds: 20,
  eks_host_lost_seconds: 0,
  eks_usage_seconds: 0,
};

/**
 * The engine by itself, as a worker opens it.
 * @param namespace as the cluster's row has it
 */
export function engineOn(
  cluster: TestCluster,
  more: Partial<EksConfig> = {},
  namespace = '',
): EksEngine {
  const config = {
    ...SETTINGS,
    eks_kubeconfig: cluster.restrictedKubeconfig,
    eks_job_namespace: cluster.namespace,
    ...more,
  };
  return openEks(config, { name: cluster.context, namespace });
}
