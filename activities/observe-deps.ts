import type { RecoverDeps } from './recover.ts';

/** What watch and sweep of one cluster work with. */
export interface ObserveDeps extends RecoverDeps {
  watchCycleSeconds: number;
  sweepSeconds: number;
  /** Aborted when this worker begins to shut down, or no longer serves the cluster. */
  shutdown: AbortSignal;
}
