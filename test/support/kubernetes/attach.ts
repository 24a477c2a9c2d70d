import { inject, type TestContext } from 'vitest';
import { ExternalCluster, type ExternalFacts } from './external-cluster.ts';
import type { ClusterFacts } from './facts.ts';
import { OwnCluster } from './own-cluster.ts';
import type { TestCluster } from './test-cluster.ts';

const RESTORE_MS = 120_000;

/** The project's cluster as a value, or why there is none. */
export type ClusterHandle =
  | { kind: 'own'; facts: ClusterFacts }
  | { kind: 'external'; facts: ExternalFacts }
  | { kind: 'none'; why: string };

/** The cluster that all files of the project share, or why there is none. */
export function sharedCluster(): TestCluster | { why: string } {
  const handle = inject('kubernetes');
  switch (handle.kind) {
    case 'own':
      return new OwnCluster(handle.facts);
    case 'external':
      return new ExternalCluster(handle.facts);
    case 'none':
      return { why: handle.why };
  }
}

/** The shared cluster; the test is skipped, with the reason, where there is none. */
export function clusterFor({ skip }: Pick<TestContext, 'skip'>): TestCluster {
  const shared = sharedCluster();
  return 'why' in shared ? skip(shared.why) : shared;
}

/**
 * The same for a test that kills nodes or programs; skipped where they are not ours. Whatever it left
 * broken, the next test finds a whole cluster.
 */
export function breakableFor(context: TestContext): TestCluster {
  const cluster = clusterFor(context);
  if (cluster.untouchable !== null) context.skip(cluster.untouchable);
  context.onTestFinished(() => cluster.restore(), RESTORE_MS);
  return cluster;
}
