import { conflict } from '../domain/errors.ts';
import type { RunRow } from '../db/runs.ts';

/**
 * Refuses to change a run that a flotilla-os on the same database accepted. Only it knows the job: an
 * answer that pretends otherwise leaves its caller with a job that goes on.
 * @throws FlotillaError `conflict`
 */
export function refuseForeign(run: RunRow): void {
  if (run.workflowId !== null) return;
  throw conflict(
    `run ${run.runId} belongs to another Flotilla on this database: ask that one, ` +
      `or take it over with flotilla adopt`,
  );
}
