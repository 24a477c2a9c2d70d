import { attemptsOf } from '../db/attempts.ts';
import type { JobRef } from '../domain/lifecycle/messages.ts';
import type { Job } from '../engines/engine.ts';
import { storeEnded, type EndedJob } from '../logs/complete.ts';
import type { LogOrigin, StoredLog } from '../logs/store.ts';
import type { EngineDeps } from './engine-deps.ts';

/**
 * Stores the whole log of a job that is over; null for one that never had a log.
 * @param job null where the engine does not know it (any more)
 */
export async function storeLog(
  deps: EngineDeps,
  ref: JobRef,
  job: Job | null,
  signal: AbortSignal,
): Promise<StoredLog | null> {
  if (deps.engine.tail !== undefined) return storeTailed(deps, ref, job, signal);
  return job === null ? null : storeKept(deps, ref, job.externalId);
}

/** The log has stayed with the engine. */
function storeKept(deps: EngineDeps, ref: JobRef, externalId: string): Promise<StoredLog> {
  const path = deps.engine.logFile(externalId);
  const times = async () => (await deps.engine.logTimes?.(externalId)) ?? null;
  const origin: LogOrigin =
    path === null
      ? { kind: 'bytes', bytes: deps.engine.logs(externalId, 0), times }
      : { kind: 'file', path, times };
  return deps.logs.store(ref, origin, () => undefined);
}

/** The log was collected while it grew, and its end may have to be fetched. */
async function storeTailed(
  deps: EngineDeps,
  ref: JobRef,
  job: Job | null,
  signal: AbortSignal,
): Promise<StoredLog | null> {
  await deps.collection?.settle(ref, signal);
  const ended = await endedJob(deps, ref, job);
  if (!ended.ran && job === null && (await deps.logs.grown(ref)) === null) return null;
  const { shipped = null, logs: store } = deps;
  return storeEnded(ended, { store, shipped, signal, progress: () => undefined });
}

/** What the engine says of the job, else what is on record of it. */
async function endedJob(deps: EngineDeps, ref: JobRef, job: Job | null): Promise<EndedJob> {
  const record = async () =>
    (await attemptsOf(deps.db, ref.runId)).find((one) => one.attempt === ref.attempt);
  const recorded = job?.startedAt == null ? await record() : undefined;
  const externalId = job?.externalId ?? recorded?.externalId ?? null;
  return {
    ref: { runId: ref.runId, attempt: ref.attempt },
    tail:
      externalId === null
        ? null
        : (cursor, how) => deps.engine.tail?.(externalId, cursor, how) ?? nothing(),
    ran: job?.startedAt != null || recorded?.startedAt != null,
    pod: async () => job?.place?.pod ?? (recorded ?? (await record()))?.podName ?? null,
  };
}

async function* nothing(): AsyncGenerator<never> {
  // An engine without a tail.
}
