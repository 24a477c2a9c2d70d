import { Context } from '@temporalio/activity';
import { mapLimited } from '../domain/limited.ts';
import { messageOf } from '../domain/errors.ts';
import type { SweepSummary } from '../domain/lifecycle/record.ts';
import { engineOfRunId, type EngineName } from '../domain/engine-name.ts';
import { compare, inTurn, type OpenRun, type SweepFindings } from '../domain/sweep.ts';
import { transact } from '../db/client.ts';
import { recordReached } from '../db/cluster-contact.ts';
import { recordPlaces, type PlacedJob } from '../db/places.ts';
import { recordSparkFacts, type SparkJobFacts } from '../db/spark-facts.ts';
import { openRuns } from '../db/runs.ts';
import { regrant } from '../db/slots.ts';
import type { Job } from '../engines/engine.ts';
import { endOrphans, release } from './leftovers.ts';
import { tellMoves } from './fact-batch.ts';
import type { ObserveDeps } from './observe-deps.ts';
import { recoverRun } from './recover.ts';

const ROWS_AT_A_TIME = 5_000;
const SIGNALS_AT_ONCE = 16;
const CHECKS_AT_A_TIME = 64;

/** Compares the cluster with the database in bulk: what makes signals safe to lose. */
export async function sweep(
  deps: ObserveDeps,
  cluster: string,
  signal: AbortSignal,
): Promise<SweepSummary> {
  await recordReached(deps.db, cluster, await deps.engine.probe());
  // The list first: see domain/sweep.ts.
  const { jobs, unlisted } = await listAll(deps, signal);
  const rows = await allOpenRuns(deps, cluster, signal);
  const findings = compare(jobs, rows);
  tellMoves(deps, await recordPlaces(deps.db, placesOf(jobs, rows)));
  await recordSparkFacts(deps.db, sparksOf(jobs, rows));
  for (const grant of await transact(deps.db, (tx) => regrant(tx, cluster))) {
    findings.grants.push(grant.runId);
  }
  let recovered = 0;
  const told = async (runId: string, send: () => Promise<'told' | 'gone'>): Promise<void> => {
    if ((await send()) === 'gone' && (await recoverRun(deps, runId, signal))) recovered += 1;
  };
  const signals = [
    ...findings.hints
      .filter((found) => !isUnlisted(found, unlisted))
      .map(({ runId, hint }) => ({
        runId,
        send: () => deps.runs.jobChanged(runId, hint),
      })),
    ...findings.stops.map((runId) => ({ runId, send: () => deps.runs.stop(runId, null) })),
    ...findings.grants.map((runId) => ({ runId, send: () => deps.runs.slotGranted(runId) })),
  ];
  await mapLimited(signals, SIGNALS_AT_ONCE, ({ runId, send }) => told(runId, send));
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

/** All jobs that could be listed, and the engine of those that could not. */
async function listAll(
  deps: ObserveDeps,
  signal: AbortSignal,
): Promise<{ jobs: Job[]; unlisted: EngineName | null }> {
  const jobs: Job[] = [];
  let unlisted: EngineName | null = null;
  let cursor: string | null = null;
  do {
    signal.throwIfAborted();
    const page = await deps.engine.list(cursor);
    jobs.push(...page.jobs);
    if (page.unlisted !== undefined) {
      unlisted = page.unlisted.engine;
      Context.current().log.warn('jobs of an engine were not listed', page.unlisted);
    }
    cursor = page.next;
  } while (cursor !== null);
  return { jobs, unlisted };
}

/** That a job is not in a list which could not be had says nothing. */
function isUnlisted(
  { runId, hint }: SweepFindings['hints'][number],
  unlisted: EngineName | null,
): boolean {
  return hint.phase === 'MISSING' && unlisted !== null && engineOfRunId(runId) === unlisted;
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

/** Where the jobs of open runs are; the watch tells it sooner. */
function placesOf(jobs: readonly Job[], rows: readonly OpenRun[]): PlacedJob[] {
  const current = new Map(rows.map((run) => [run.runId, run.attempt]));
  return jobs.flatMap((job) =>
    job.place !== null && current.get(job.runId) === job.attempt
      ? [{ ref: job, place: job.place }]
      : [],
  );
}

/** What is known of the Spark jobs of open runs. */
function sparksOf(jobs: readonly Job[], rows: readonly OpenRun[]): SparkJobFacts[] {
  const current = new Map(rows.map((run) => [run.runId, run.attempt]));
  return jobs.flatMap((job) =>
    job.spark !== undefined && current.get(job.runId) === job.attempt
      ? [{ ref: job, facts: job.spark }]
      : [],
  );
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
  await mapLimited(inTurn(rows, CHECKS_AT_A_TIME, turn), SIGNALS_AT_ONCE, async ({ runId }) => {
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
