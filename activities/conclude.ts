import type { AttemptEnd } from '../domain/lifecycle/record.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { StoredLog } from '../logs/store.ts';

/** An outcome in the form in which it is recorded. */
export function attemptEnd(outcome: Outcome, log: StoredLog | null): AttemptEnd {
  return {
    exitCode: outcome.exitCode,
    exitReason: outcome.reason,
    failureClass: outcome.failure,
    evidence: outcome.evidence,
    startedAt: outcome.startedAt?.toISOString() ?? null,
    finishedAt: outcome.finishedAt?.toISOString() ?? null,
    maxMemoryUsed: outcome.maxMemoryUsed,
    maxCpuUsed: outcome.maxCpuUsed,
    log: log === null ? null : { bytes: log.bytes, lines: log.lines },
  };
}
