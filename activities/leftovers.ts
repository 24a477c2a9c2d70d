import { Context } from '@temporalio/activity';
import { mapLimited } from '../domain/limited.ts';
import type { ListedJob, OpenRun } from '../domain/sweep.ts';
import { markReleased, unreleased } from '../db/attempts.ts';
import { appendPodEvents, runsThatAreOver } from '../db/runs.ts';
import type { ObserveDeps } from './observe-deps.ts';

const ENDS_AT_ONCE = 8;
const RELEASES_AT_A_TIME = 2_000;

/**
 * Ends jobs that run for nobody: of a run that is over, or of an attempt before the current one.
 * Jobs of runs that this database does not know are not ours.
 * @returns how many it found alive
 */
export async function endOrphans(
  deps: ObserveDeps,
  jobs: readonly ListedJob[],
  open: readonly OpenRun[],
  signal: AbortSignal,
): Promise<number> {
  const current = new Map(open.map((run) => [run.runId, run.attempt]));
  const over = await runsThatAreOver(
    deps.db,
    jobs.map((job) => job.runId),
  );
  const orphans = jobs.filter(
    (job) => over.has(job.runId) || job.attempt < (current.get(job.runId) ?? 0),
  );
  let ended = 0;
  await mapLimited(orphans, ENDS_AT_ONCE, async (orphan) => {
    if (await isOver(deps, orphan)) return;
    const graceSeconds = deps.timing.stopGraceSeconds;
    const { externalId } = orphan;
    const why = 'its run had gone on';
    await deps.engine.end({ ref: orphan, externalId, graceSeconds, why, signal });
    ended += 1;
    const message = `attempt ${orphan.attempt} was alive though its run had gone on, and was ended`;
    Context.current().log.warn(message, { run_id: orphan.runId, attempt: orphan.attempt });
    await appendPodEvents(deps.db, orphan.runId, [
      {
        timestamp: new Date().toISOString(),
        event_type: 'Warning',
        reason: 'OrphanEnded',
        source_object: 'flotilla',
        message,
      },
    ]);
  });
  return ended;
}

/** The list is older than the rows: a job may have ended since, and its run with it. */
async function isOver({ engine }: ObserveDeps, { externalId }: ListedJob): Promise<boolean> {
  const now = await engine.describe(externalId);
  return now.kind === 'found' && now.job.phase === 'STOPPED';
}

/** Lets the cluster drop what it keeps of attempts whose outcome and log are stored. */
export async function release(
  deps: ObserveDeps,
  cluster: string,
  signal: AbortSignal,
): Promise<number> {
  const refs = await unreleased(deps.db, cluster, RELEASES_AT_A_TIME);
  for (const ref of refs) {
    signal.throwIfAborted();
    await deps.engine.release(ref);
  }
  await markReleased(deps.db, refs);
  return refs.length;
}
