import type { Verdict } from './lifecycle/ending.ts';
import { isHostLevel, type Outcome } from './outcome.ts';
import { grownMemory } from './resources.ts';

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
  /** Launch again, with more memory, when an attempt was killed for memory. */
  retry_on_oom: boolean;
  /** What memory is multiplied by then; above 1. */
  oom_memory_factor: number;
}

/** Megabytes that an attempt had, null where that is not on record, and the most it could have. */
export interface MemoryRoom {
  givenMb: number | null;
  ceilingMb: number;
  /** What one gets that is to have so much, on an engine with sizes of its own. */
  fit?: (megabytes: number) => number;
}

const MAX_BACKOFF_SECONDS = 600;

/**
 * Decides what follows the end of an attempt (pure; called in activities only, so that a change of
 * policy never meets a replayed history).
 * @param attempt the attempt that ended, counting from 1
 */
export function decide(
  outcome: Outcome,
  policy: RetryPolicy,
  attempt: number,
  memory: MemoryRoom | null = null,
): Verdict {
  const { again, reason, outlook } = judge(outcome, policy, memory);
  if (!again) return { kind: 'stopped', exitCode: outcome.exitCode, exitReason: reason };
  if (attempt >= policy.max_attempts) {
    return {
      kind: 'stopped',
      exitCode: outcome.exitCode,
      exitReason: `${reason} (gave up after ${attempt} ${attempt === 1 ? 'attempt' : 'attempts'})`,
    };
  }
  return {
    kind: 'retry',
    reason: `${reason}${outlook}`,
    backoffSeconds: Math.min(policy.backoff_seconds * 2 ** (attempt - 1), MAX_BACKOFF_SECONDS),
  };
}

interface Judgement {
  /** Whether this outcome deserves another attempt. */
  again: boolean;
  reason: string | null;
  /** What will be different then. */
  outlook: string;
}

function judge(outcome: Outcome, policy: RetryPolicy, memory: MemoryRoom | null): Judgement {
  const oom = outcome.failure === 'oom' ? judgeOom(policy, memory) : null;
  if (oom !== null) return oom;
  const cause = retryCause(outcome, policy);
  return { again: cause !== null, reason: cause ?? outcome.reason, outlook: '' };
}

/** Null where memory is not what to retry for, or it is not known how much there was. */
function judgeOom(policy: RetryPolicy, memory: MemoryRoom | null): Judgement | null {
  if (!policy.retry_on_oom || memory === null || memory.givenMb === null) return null;
  const { givenMb, ceilingMb, fit = (megabytes) => megabytes } = memory;
  const reason = `OOMKilled with ${givenMb} MB`;
  const next = fit(grownMemory(givenMb, policy.oom_memory_factor, ceilingMb));
  if (next <= givenMb) {
    return { again: false, reason: `${reason}, the most that an attempt can get`, outlook: '' };
  }
  return { again: true, reason, outlook: `; the next attempt gets ${next} MB` };
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
