import { beforeEach, describe } from 'vitest';
import { engineContract } from '../contract/engine-suite.ts';
import { limitedTo } from '../support/attempt-spec.ts';
import { sharedCluster } from '../support/kubernetes/attach.ts';
import { engineOn } from '../support/kubernetes/flotilla.ts';
import type { TestCluster } from '../support/kubernetes/test-cluster.ts';

describe('engine eks does what every engine does', () => {
  const shared = sharedCluster();
  beforeEach(({ skip }) => {
    if ('why' in shared) skip(shared.why);
  });
  engineContract(() => {
    const cluster = shared as TestCluster;
    return {
      open: () => engineOn(cluster),
      ledger: () => cluster.ledger.lines(),
      note: (text) => cluster.ledger.note(text),
      spec: { image: cluster.images.bash, ...limitedTo(64) },
    };
  });
});
