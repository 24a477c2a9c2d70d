import type { Verdict } from './lifecycle/ending.ts';
import { isHostLevel, type Outcome } from './outcome.ts';

/** When a run is launched again. A definition may override any field. */
export interface RetryPolicy {
  /** Attempts in all, the first included. */
  max_attempts: number;
  /** Seconds before the second attempt; doubled for each later one. */
  backoff_seconds: number;
  /** Launch again when the outcome of an attempt cannot be known. */
  retry_on_unknown: boolean;
  /** Exit codes of the job itself that deserve another attempt. */
  exit_codes: number[];
}

const MAX_BACKOFF_SECONDS = 600;

/**
 * Decides what follows the end of an attempt (pure; called in activities only, so that a change of
 * policy never meets a replayed history).
 * @param attempt the attempt that ended, counting from 1
 */
export function decide(outcome: Outcome, policy: RetryPolicy, attempt: number): Verdict {
  const cause = retryCause(outcome, policy);
  if (cause === null) {
    return { kind: 'stopped', exitCode: outcome.exitCode, exitReason: outcome.reason };
  }
  if (attempt >= policy.max_attempts) {
    return {
      kind: 'stopped',
      exitCode: outcome.exitCode,
      exitReason: `${cause} (gave up after ${attempt} ${attempt === 1 ? 'attempt' : 'attempts'})`,
    };
  }
  return {
    kind: 'retry',
    reason: cause,
    backoffSeconds: Math.min(policy.backoff_seconds * 2 ** (attempt - 1), MAX_BACKOFF_SECONDS),
  };
}

/** Why this outcome deserves another attempt, or null when it is final. */
function retryCause(outcome: Outcome, policy: RetryPolicy): string | null {
  if (outcome.exitCode !== null) {
    return policy.exit_codes.includes(outcome.exitCode)
      ? `exit code ${outcome.exitCode}, which the definition retries`
      : null;
  }
  if (outcome.failure === 'unknown') {
    return policy.retry_on_unknown ? (outcome.reason ?? 'outcome unknown') : null;
  }
  const proven = outcome.failure !== null && isHostLevel(outcome.failure) && outcome.evidence;
  return proven ? (outcome.reason ?? outcome.failure) : null;
}
