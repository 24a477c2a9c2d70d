import type { Caller } from '../domain/caller.ts';
import { notFound } from '../domain/errors.ts';
import { attemptsOf, type AttemptRow } from '../db/attempts.ts';
import {
  listRuns,
  listRunsAfter,
  type RunListQuery,
  type RunPage,
  type RunsAfterQuery,
} from '../db/run-list.ts';
import { runsById } from '../db/runs-by-id.ts';
import { lastRunsOf } from '../db/last-runs.ts';
import { findRun, transitionsOf, type RunRow, type TransitionRow } from '../db/runs.ts';
import type { Acting } from './context.ts';

/** @throws FlotillaError `not_found` */
export async function getRun(services: Acting, _caller: Caller, runId: string): Promise<RunRow> {
  const run = await findRun(services.db, runId);
  if (run === null) throw notFound(`Run with id ${runId} not found`);
  return run;
}

export async function searchRuns(
  services: Acting,
  _caller: Caller,
  query: RunListQuery,
): Promise<RunPage> {
  return listRuns(services.db, query);
}

/** Runs from a position on, for a caller that goes through them page by page. */
export async function searchRunsAfter(
  services: Acting,
  _caller: Caller,
  query: RunsAfterQuery,
): Promise<RunPage> {
  return listRunsAfter(services.db, query);
}

/**
 * Runs whose id begins so, with or without the engine before it.
 * @throws FlotillaError `unavailable` (it took too long)
 */
export async function findRunsById(
  services: Acting,
  _caller: Caller,
  prefix: string,
  limit: number,
): Promise<RunRow[]> {
  return runsById(services.db, prefix, limit);
}

/** The run of each definition that was queued last, by definition id; none for one that never ran. */
export async function lastRuns(
  services: Acting,
  _caller: Caller,
  definitionIds: readonly string[],
): Promise<Map<string, RunRow>> {
  return lastRunsOf(services.db, definitionIds);
}

/** A run's transitions after a position; the way to follow a run without missing a step. */
export async function getTransitions(
  services: Acting,
  caller: Caller,
  runId: string,
  after?: { epoch: number; seq: number },
): Promise<TransitionRow[]> {
  await getRun(services, caller, runId);
  return transitionsOf(services.db, runId, after);
}

export async function getAttempts(
  services: Acting,
  caller: Caller,
  runId: string,
): Promise<AttemptRow[]> {
  await getRun(services, caller, runId);
  return attemptsOf(services.db, runId);
}
