import type { AttemptEnd } from '../domain/lifecycle/record.ts';
import type { JobRef } from '../domain/lifecycle/messages.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { LogOrigin, StoredLog } from '../logs/store.ts';
import type { EngineDeps } from './engine-deps.ts';

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
    log: log === null ? null : { bytes: log.bytes, lines: log.lines },
  };
}

/** Stores the whole log of a job that is over; null for one that never had a log. */
export async function storeLog(
  deps: EngineDeps,
  ref: JobRef,
  externalId: string,
): Promise<StoredLog | null> {
  const path = deps.engine.logFile(externalId);
  const origin: LogOrigin =
    path === null
      ? { kind: 'bytes', bytes: deps.engine.logs(externalId, 0) }
      : { kind: 'file', path };
  return deps.logs.store(ref, origin, () => undefined);
}
