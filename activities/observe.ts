import { transact } from '../db/client.ts';
import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { messageOf } from '../domain/errors.ts';
import type { JobHint } from '../domain/lifecycle/messages.ts';
import type { ObserveActivities, SweepSummary } from '../domain/lifecycle/record.ts';
import { compare, inTurn, type ListedJob, type OpenRun } from '../domain/sweep.ts';
import { markReleased, unreleased } from '../db/attempts.ts';
import { findCluster } from '../db/clusters.ts';
import { appendPodEvents, openRuns, runsThatAreOver } from '../db/runs.ts';
import { regrant } from '../db/slots.ts';
import type { Job } from '../engines/engine.ts';
import { recoverRun, type RecoverDeps } from './recover.ts';
import { forEachLimited } from './limited.ts';
import { withFailures } from './failures.ts';
import { heartbeating } from './heartbeat.ts';

const ROWS_AT_A_TIME = 5_000;
const SIGNALS_AT_ONCE = 16;
const ENDS_AT_ONCE = 8;
const RELEASES_AT_A_TIME = 2_000;
const CHECKS_AT_A_TIME = 64;

export interface ObserveDeps extends RecoverDeps {
  watchCycleSeconds: number;
  sweepSeconds: number;
  /** Aborted when this worker begins to shut down. */
  shutdown: AbortSignal;
}

/** Turns what happens on one cluster into signals to runs. */
export function createObserveActivities(deps: ObserveDeps): ObserveActivities {
  return withFailures({
    watchJobs: (cluster: string) => heartbeating((signal) => watch(deps, cluster, signal)),
    sweepCluster: (cluster: string) => heartbeating((signal) => sweep(deps, cluster, signal)),
  });
}

/** Tells runs as their jobs change, for one cycle or until the worker shuts down. */
async function watch(
  deps: ObserveDeps,
  cluster: string,
  signal: AbortSignal,
): Promise<'cycle' | 'gone'> {
  if ((await findCluster(deps.db, cluster)) === null) return 'gone';
  const limit = AbortSignal.timeout(deps.watchCycleSeconds * 1000);
  const cycle = AbortSignal.any([signal, deps.shutdown, limit]);
  for await (const job of deps.engine.watch(cycle)) {
    await tell(deps, job.runId, hintOf(job));
    if (cycle.aborted) break;
  }
  // A worker that shuts down hands over: the next one begins with a fresh list.
  signal.throwIfAborted();
  if (deps.shutdown.aborted) throw handOver();
  return 'cycle';
}

/** Nobody's fault, and another worker may go on at once. */
function handOver(): ApplicationFailure {
  return ApplicationFailure.create({
    message: 'this worker shuts down',
    type: 'shutdown',
    category: 'BENIGN',
    nextRetryDelay: '100ms',
  });
}

function hintOf(job: Job): JobHint {
  const { attempt, phase } = job;
  return phase === 'STOPPED'
    ? { attempt, phase }
    : { attempt, phase: 'RUNNING', startedAt: job.startedAt?.toISOString() ?? null };
}

/** Compares the cluster with the database in bulk: what makes signals safe to lose. */
async function sweep(
  deps: ObserveDeps,
  cluster: string,
  signal: AbortSignal,
): Promise<SweepSummary> {
  // The list first: see domain/sweep.ts.
  const jobs = await listAll(deps, signal);
  const rows = await allOpenRuns(deps, cluster, signal);
  const findings = compare(jobs, rows);
  for (const grant of await transact(deps.db, (tx) => regrant(tx, cluster))) {
    findings.grants.push(grant.runId);
  }
  let recovered = 0;
  const told = async (runId: string, send: () => Promise<'told' | 'gone'>): Promise<void> => {
    if ((await send()) === 'gone' && (await recoverRun(deps, runId, signal))) recovered += 1;
  };
  const signals = [
    ...findings.hints.map(({ runId, hint }) => ({
      runId,
      send: () => deps.runs.jobChanged(runId, hint),
    })),
    ...findings.stops.map((runId) => ({ runId, send: () => deps.runs.stop(runId, null) })),
    ...findings.grants.map((runId) => ({ runId, send: () => deps.runs.slotGranted(runId) })),
  ];
  await forEachLimited(signals, SIGNALS_AT_ONCE, ({ runId, send }) => told(runId, send));
  const doubtful = [...(await brokenRuns(deps, cluster)), ...(await lostRuns(deps, rows))];
  for (const runId of new Set(doubtful)) {
    if (await recoverRun(deps, runId, signal)) recovered += 1;
  }
  return {
    listed: jobs.length,
    open: rows.length,
    signalled: signals.length,
    orphansEnded: await endOrphans(deps, findings.unclaimed, rows, signal),
    recovered,
    released: await release(deps, cluster, signal),
    nextSeconds: deps.sweepSeconds,
  };
}

async function listAll(deps: ObserveDeps, signal: AbortSignal): Promise<Job[]> {
  const jobs: Job[] = [];
  let cursor: string | null = null;
  do {
    signal.throwIfAborted();
    const page = await deps.engine.list(cursor);
    jobs.push(...page.jobs);
    cursor = page.next;
  } while (cursor !== null);
  return jobs;
}

async function allOpenRuns(
  deps: ObserveDeps,
  cluster: string,
  signal: AbortSignal,
): Promise<OpenRun[]> {
  const rows: OpenRun[] = [];
  for (;;) {
    signal.throwIfAborted();
    const page = await openRuns(deps.db, cluster, rows.at(-1)?.runId ?? '', ROWS_AT_A_TIME);
    rows.push(...page);
    if (page.length < ROWS_AT_A_TIME) return rows;
  }
}

/**
 * Ends jobs that run for nobody: of a run that is over, or of an attempt before the current one.
 * Jobs of runs that this database does not know are not ours.
 */
async function endOrphans(
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
  await forEachLimited(orphans, ENDS_AT_ONCE, async (orphan) => {
    const graceSeconds = deps.timing.stopGraceSeconds;
    await deps.engine.end({ ref: orphan, externalId: null, graceSeconds, signal });
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
  return orphans.length;
}

/** Visibility is for operators: where it does not answer, the rest of the sweep goes on. */
async function brokenRuns(deps: ObserveDeps, cluster: string): Promise<string[]> {
  try {
    return await deps.runs.brokenOn(cluster);
  } catch (error) {
    Context.current().log.warn('cannot list broken workflows', { error: messageOf(error) });
    return [];
  }
}

/** Of the runs whose turn it is, those whose workflow Temporal no longer has, or has ended. */
async function lostRuns(deps: ObserveDeps, rows: readonly OpenRun[]): Promise<string[]> {
  const lost: string[] = [];
  const turn = Math.floor(Date.now() / 1000 / deps.sweepSeconds);
  await forEachLimited(inTurn(rows, CHECKS_AT_A_TIME, turn), SIGNALS_AT_ONCE, async ({ runId }) => {
    try {
      if ((await deps.runs.stateOf(runId)) !== 'RUNNING') lost.push(runId);
    } catch (error) {
      Context.current().log.warn('cannot look at a workflow', {
        run_id: runId,
        error: messageOf(error),
      });
    }
  });
  return lost;
}

/** Lets the cluster drop what it keeps of attempts whose outcome and log are stored. */
async function release(deps: ObserveDeps, cluster: string, signal: AbortSignal): Promise<number> {
  const refs = await unreleased(deps.db, cluster, RELEASES_AT_A_TIME);
  for (const ref of refs) {
    signal.throwIfAborted();
    await deps.engine.release(ref);
  }
  await markReleased(deps.db, refs);
  return refs.length;
}

/** A hint that cannot be delivered is the sweep's affair. */
async function tell(deps: ObserveDeps, runId: string, hint: JobHint): Promise<void> {
  try {
    await deps.runs.jobChanged(runId, hint);
  } catch (error) {
    Context.current().log.warn('a run was not told of its job', {
      run_id: runId,
      error: messageOf(error),
    });
  }
}
