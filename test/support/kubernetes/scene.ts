import type { FlotillaOptions } from '../flotilla.ts';
import { workersFor, type Scene } from '../scene.ts';
import { flotillaOn } from './flotilla.ts';
import type { TestCluster } from './test-cluster.ts';

/** A server in this process and workers in their own, on a cluster whose ledger jobs write. */
export interface ClusterScene extends Omit<Scene, 'ledger'> {
  cluster: TestCluster;
}

/** Does something with a scene, and ends it. */
export async function inScene(
  cluster: TestCluster,
  act: (scene: ClusterScene) => Promise<void>,
  options: FlotillaOptions = {},
): Promise<void> {
  const flotilla = await flotillaOn(cluster, { worker: false, ...options });
  const scene = { flotilla, cluster, ...workersFor(flotilla) };
  try {
    await act(scene);
  } finally {
    await scene.close();
  }
}
