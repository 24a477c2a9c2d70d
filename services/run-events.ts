import type { Caller } from '../domain/caller.ts';
import { notFound } from '../domain/errors.ts';
import { isEndAsked } from '../domain/end-asked.ts';
import { byTime, mergeEvents, podEventOf, type RunEvent } from '../domain/run-events.ts';
import type { PodEvent } from '../domain/run.ts';
import { manifestOf } from '../db/attempts.ts';
import { eventsOf } from '../db/cluster-facts.ts';
import type { RunRow } from '../db/runs.ts';
import type { Services } from './context.ts';
import { getRun } from './runs.ts';

/** What happened to a run's jobs, the earliest first: at most some hundreds. */
export async function getEvents(
  services: Services,
  _caller: Caller,
  run: Pick<RunRow, 'runId' | 'podEvents'>,
): Promise<RunEvent[]> {
  return mergeEvents(run.podEvents ?? [], await eventsOf(services.db, run.runId));
}

/** The same in the words of flotilla-os; what only the row has is left as it was written. */
export async function getPodEvents(
  services: Services,
  _caller: Caller,
  run: Pick<RunRow, 'runId' | 'podEvents'>,
): Promise<PodEvent[] | null> {
  const all = await eventsOf(services.db, run.runId);
  const seen = all.filter((event) => !isEndAsked(event));
  if (seen.length === 0) return run.podEvents;
  return mergeEvents(run.podEvents ?? [], seen).map(podEventOf);
}

/** Where a page of events goes on: behind an event, whether it is still there or not. */
export interface EventPosition {
  at: Date | null;
  uid: string;
}

/**
 * A page of them.
 * @throws FlotillaError `not_found`
 */
export async function getEventsAfter(
  services: Services,
  caller: Caller,
  runId: string,
  query: { after: EventPosition | null; limit: number },
): Promise<{ events: RunEvent[]; total: number; more: boolean }> {
  const all = await getEvents(services, caller, await getRun(services, caller, runId));
  const { after, limit } = query;
  const rest = after === null ? all : all.filter((event) => byTime(event, after) > 0);
  return { events: rest.slice(0, limit), total: all.length, more: rest.length > limit };
}

/**
 * What the engine was given for an attempt, in its own words; by default for the latest one that the
 * engine was asked for.
 * @throws FlotillaError `not_found`: no such run or attempt, or it has none
 */
export async function getManifest(
  services: Services,
  caller: Caller,
  runId: string,
  attempt: number | null,
): Promise<string> {
  const run = await getRun(services, caller, runId);
  const found = await manifestOf(services.db, runId, attempt);
  if (found === null) {
    const what = attempt === null ? 'no attempt that was launched' : `no attempt ${attempt}`;
    throw notFound(`run ${runId} has ${what}`);
  }
  if (found.manifest !== null) return found.manifest;
  throw notFound(
    `attempt ${found.attempt} of run ${runId} has no manifest: engine ${run.engine} was given none`,
  );
}
