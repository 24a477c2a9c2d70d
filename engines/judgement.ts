import type { Phase } from '../domain/lifecycle/status.ts';
import type { Outcome } from '../domain/outcome.ts';

/** Phase of an attempt, and what there is to say of it. */
export interface Judgement {
  phase: Phase;
  startedAt: Date | null;
  outcome: Outcome | null;
  note: string | null;
  /** True when something of the attempt may still be alive although its outcome is known. */
  alive: boolean;
}

/** Of an attempt of which nothing runs any more. */
export function stopped(outcome: Outcome): Judgement {
  const { startedAt } = outcome;
  return { phase: 'STOPPED', startedAt, outcome, note: null, alive: false };
}
