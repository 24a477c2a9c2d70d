import type { ObserveActivities } from '../domain/lifecycle/record.ts';
import { withFailures } from './failures.ts';
import { heartbeating } from './heartbeat.ts';
import type { ObserveDeps } from './observe-deps.ts';
import { sweep } from './sweep.ts';
import { watch } from './watch.ts';

/** Turns what happens on one cluster into signals to runs. */
export function createObserveActivities(deps: ObserveDeps): ObserveActivities {
  return withFailures({
    watchJobs: (cluster: string) =>
      heartbeating((signal) => {
        const watching = (): Promise<'cycle' | 'gone'> => watch(deps, cluster, signal);
        return deps.collection?.during(watching) ?? watching();
      }),
    sweepCluster: (cluster: string) => heartbeating((signal) => sweep(deps, cluster, signal)),
  });
}
