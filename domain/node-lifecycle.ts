export type NodeLifecycle = 'ondemand' | 'spot';

/** When engine eks leaves spot capacity alone. */
export interface SpotRules {
  /** Always. */
  never: boolean;
  /** From this share of re-attempts on. */
  reattemptRate: number;
  /** For commands that usually take longer than this. */
  thresholdMinutes: number;
}

/** What is known of earlier runs; null where it is not, which forces nothing. */
export interface SpotHistory {
  /** Of all runs on spot capacity, lately. */
  reattemptRate: number | null;
  /** Of this definition and command. */
  usualMinutes: number | null;
}

export interface LifecycleChoice {
  lifecycle: NodeLifecycle;
  /** Why it is not spot capacity, for people; null where it is, or was asked for. */
  why: string | null;
}

/**
 * Where a run of engine eks goes, if nothing that happened before matters; else null. Unlike in
 * flotilla-os, a GPU shows in the run, and a deadline by default is that of where the run goes.
 */
export function certainLifecycle(
  rules: SpotRules,
  requested: NodeLifecycle | null,
  gpu: number,
): LifecycleChoice | null {
  if (requested === 'ondemand') return { lifecycle: 'ondemand', why: null };
  if (rules.never) return onDemand('eks_spot_override is set');
  if (gpu > 0) return onDemand('it has GPUs');
  return null;
}

/** Where a run goes that may have spot capacity, by what happened before. */
export function lifecycleByHistory(rules: SpotRules, history: SpotHistory): LifecycleChoice {
  const { reattemptRate, usualMinutes } = history;
  if (reattemptRate !== null && reattemptRate >= rules.reattemptRate) {
    return onDemand(
      `${Math.round(reattemptRate * 100)} % of runs on spot capacity had to be repeated lately`,
    );
  }
  if (usualMinutes !== null && usualMinutes > rules.thresholdMinutes) {
    return onDemand(`this command takes ${Math.round(usualMinutes)} minutes`);
  }
  return { lifecycle: 'spot', why: null };
}

function onDemand(why: string): LifecycleChoice {
  return { lifecycle: 'ondemand', why };
}
