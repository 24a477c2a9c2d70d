import type { Caller } from '../domain/caller.ts';
import { messageOf, notFound } from '../domain/errors.ts';
import { findRun, markStop, type RunRow } from '../db/runs.ts';
import type { Acting } from './context.ts';
import { refuseForeign } from './foreign.ts';

/**
 * Stops a run and every run started from within it. The mark in Postgres is the fact; the signals
 * that follow are hints, which the sweep repeats. Stopping a run that is over changes nothing of it.
 * @returns the runs that are being stopped
 * @throws FlotillaError `not_found`, `conflict` (a live run of another Flotilla; nothing is stopped)
 */
export async function stopRun(services: Acting, caller: Caller, runId: string): Promise<RunRow[]> {
  const run = await findRun(services.db, runId);
  if (run === null) throw notFound(`Run with id ${runId} not found`);
  if (run.status !== 'STOPPED') refuseForeign(run);
  const marked = await markStop(services.db, runId, caller.name);
  if (marked.length > 0) services.changed();
  await Promise.all(
    marked.map(async (one) => {
      try {
        await services.runs.stop(one.runId, caller.name);
      } catch (error) {
        services.warn('a stop was recorded but not signalled; the sweep repeats it', {
          run_id: one.runId,
          error: messageOf(error),
        });
      }
    }),
  );
  return marked;
}
