import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { FlotillaOptions, TestFlotilla } from '../flotilla.ts';
import { sharedCluster } from './attach.ts';
import { flotillaOn } from './flotilla.ts';
import type { TestCluster } from './test-cluster.ts';

/**
 * For a file whose tests share one Flotilla on the project's cluster; without a cluster they are skipped,
 * with the reason.
 */
export function sharedFlotilla(options: FlotillaOptions = {}): {
  cluster: () => TestCluster;
  flotilla: () => TestFlotilla;
} {
  const shared = sharedCluster();
  let running: TestFlotilla | null = null;
  beforeEach(({ skip }) => {
    if ('why' in shared) skip(shared.why);
  });
  beforeAll(async () => {
    if (!('why' in shared)) running = await flotillaOn(shared, options);
  });
  afterAll(async () => {
    await running?.stop();
  });
  return {
    cluster: () => {
      if ('why' in shared) throw new Error(shared.why);
      return shared;
    },
    flotilla: () => {
      if (running === null) throw new Error('the test was not skipped');
      return running;
    },
  };
}
