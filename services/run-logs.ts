import { setTimeout as sleep } from 'node:timers/promises';
import type { Caller } from '../domain/caller.ts';
import { notFound } from '../domain/errors.ts';
import { attemptsOf, type AttemptRow } from '../db/attempts.ts';
import { findRun, type RunRow } from '../db/runs.ts';
import { AttemptLog } from '../logs/attempt-log.ts';
import { ShippedShelf } from '../logs/shipped-shelf.ts';
import { nextPage, type LogPage } from '../logs/pages.ts';
import { getRun } from './runs.ts';
import type { Services } from './context.ts';
import { DRIVER_FILES, sparkLogOf, type SparkFile } from './spark-logs.ts';

/** How often a follower looks whether a run was launched. */
const ASK_AGAIN_MS = 250;

/**
 * The next page of a run's whole log; see logs/pages.ts.
 * @param file of a Spark job, the one that is wanted instead
 * @throws FlotillaError `not_found`, `invalid` (last_seen)
 */
export async function getLogPage(
  services: Services,
  caller: Caller,
  runId: string,
  lastSeen: string,
  file: SparkFile | null = null,
): Promise<LogPage> {
  const run = await getRun(services, caller, runId);
  return nextPage(await logsOf(services, run, file), lastSeen);
}

/** Every byte of a run's log there is now, its attempts one after the other; `file` as for a page. */
export async function* readWholeLog(
  services: Services,
  caller: Caller,
  runId: string,
  file: SparkFile | null = null,
): AsyncGenerator<Uint8Array> {
  const run = await getRun(services, caller, runId);
  for (const log of await logsOf(services, run, file)) yield* log.read(0);
}

/**
 * The log of one attempt, by default the latest that was launched.
 * @throws FlotillaError `not_found` for a run or an attempt that there is not
 */
export async function getAttemptLog(
  services: Services,
  caller: Caller,
  runId: string,
  attempt: number | null,
): Promise<AttemptLog | null> {
  const run = await getRun(services, caller, runId);
  const logs = await logsOf(services, run);
  if (attempt === null) return logs.at(-1) ?? null;
  const log = logs.find((one) => one.attempt === attempt);
  if (log === undefined) throw notFound(`run ${runId} has no attempt ${attempt} with a log`);
  return log;
}

/** Follows the first log that a run gets: waits for its launch, or for the run's end without one. */
export async function* followFirstLog(
  services: Services,
  caller: Caller,
  runId: string,
  offset: number,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  while (!signal.aborted) {
    const run = await getRun(services, caller, runId);
    const [log] = await logsOf(services, run);
    if (log !== undefined) return yield* log.follow(offset, signal);
    if (run.status === 'STOPPED') return;
    await sleep(ASK_AGAIN_MS);
  }
}

async function logsOf(
  services: Services,
  run: RunRow,
  file: SparkFile | null = null,
): Promise<AttemptLog[]> {
  const one = file === null ? null : sparkLogOf(services, run, [file]);
  if (one !== null) return [one];
  return logsOfAttempts(services, run, await attemptsOf(services.db, run.runId));
}

/** The logs that there are of a run with these attempts, the first one first. */
export async function logsOfAttempts(
  services: Services,
  run: RunRow,
  attempts: readonly AttemptRow[],
): Promise<AttemptLog[]> {
  if (attempts.length === 0) return foreignLogs(services, run);
  return attempts.filter(hasLog).map(
    (attempt) =>
      new AttemptLog(services.logs, {
        ref: { runId: run.runId, attempt: attempt.attempt },
        externalId: attempt.externalId,
        live: services.readerOf(run.engine, attempt.clusterName),
        isOver: () => hasEnded(services, run.runId, attempt.attempt),
      }),
  );
}

/** Runs of a flotilla-os before us have no attempts, and their logs are where its agent put them. */
async function foreignLogs(services: Services, run: RunRow): Promise<AttemptLog[]> {
  const { runId, podName: pod } = run;
  const spark = run.workflowId === null ? sparkLogOf(services, run, DRIVER_FILES) : null;
  if (spark !== null) return [spark];
  if (services.shipped === undefined || run.workflowId !== null) return [];
  const over = async (): Promise<boolean> =>
    (await findRun(services.db, runId))?.status === 'STOPPED';
  const query = { runId, attempt: null, pod };
  const shelf = new ShippedShelf(services.shipped, query, run.status === 'STOPPED');
  const ref = { runId, attempt: 1 };
  return [new AttemptLog(shelf, { ref, externalId: null, live: null, isOver: over })];
}

/** An attempt that never got as far as the engine has none. */
function hasLog(attempt: AttemptRow): boolean {
  return attempt.externalId !== null || attempt.logBytes !== null;
}

async function hasEnded(services: Services, runId: string, attempt: number): Promise<boolean> {
  const attempts = await attemptsOf(services.db, runId);
  return attempts.find((one) => one.attempt === attempt)?.state === 'ended';
}
