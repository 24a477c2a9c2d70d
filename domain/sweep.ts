import type { JobHint } from './lifecycle/messages.ts';
import type { AttemptState, Phase, Status } from './lifecycle/status.ts';

/** A run that is not over, as Postgres has it. */
export interface OpenRun {
  runId: string;
  status: Status;
  /** 0 before the first launch. */
  attempt: number;
  attemptState: AttemptState | null;
  stopRequested: boolean;
  /** A slot was granted, though the run still waits in QUEUED. */
  grantedSlot: boolean;
}

/** A job, as the cluster lists it. */
export interface ListedJob {
  runId: string;
  attempt: number;
  externalId: string;
  phase: Phase;
  startedAt: Date | null;
}

export interface SweepFindings {
  hints: { runId: string; hint: JobHint }[];
  /** Runs whose stop mark their workflow may not have seen. */
  stops: string[];
  grants: string[];
  /** Jobs alive that no open run claims: of another attempt, or of a run that is over. */
  unclaimed: ListedJob[];
}

/**
 * Compares a cluster's jobs with the runs that are not over (pure). The list must be older than the
 * rows: a job missing from it is then either gone or newly launched, and a hint is harmless.
 */
export function compare(jobs: readonly ListedJob[], runs: readonly OpenRun[]): SweepFindings {
  const found: SweepFindings = { hints: [], stops: [], grants: [], unclaimed: [] };
  const byRun = jobsByRun(jobs);
  for (const run of runs) {
    if (run.stopRequested) found.stops.push(run.runId);
    if (run.grantedSlot && run.status === 'QUEUED') found.grants.push(run.runId);
    const hint = hintFor(run, byRun.get(run.runId) ?? []);
    if (hint !== null) found.hints.push({ runId: run.runId, hint });
  }
  const current = new Map(runs.map((run) => [run.runId, run.attempt]));
  found.unclaimed = jobs.filter(
    (job) => job.phase !== 'STOPPED' && current.get(job.runId) !== job.attempt,
  );
  return found;
}

/**
 * Some of many, others at each turn, so that all of them come up in time.
 * @param turn counts the occasions
 */
export function inTurn<T>(items: readonly T[], size: number, turn: number): T[] {
  const groups = Math.max(Math.ceil(items.length / size), 1);
  const from = (turn % groups) * size;
  return items.slice(from, from + size);
}

function jobsByRun(jobs: readonly ListedJob[]): Map<string, ListedJob[]> {
  const byRun = new Map<string, ListedJob[]>();
  for (const job of jobs) byRun.set(job.runId, [...(byRun.get(job.runId) ?? []), job]);
  return byRun;
}

function hintFor(run: OpenRun, jobs: readonly ListedJob[]): JobHint | null {
  // Before the launch is on record, the launch itself will tell.
  if (run.attemptState !== 'launched') return null;
  const job = jobs.find((candidate) => candidate.attempt === run.attempt);
  if (job === undefined) return { attempt: run.attempt, phase: 'MISSING' };
  if (job.phase === 'STOPPED') return { attempt: run.attempt, phase: 'STOPPED' };
  if (job.phase === 'RUNNING' && run.status === 'PENDING') {
    const startedAt = job.startedAt?.toISOString() ?? null;
    return { attempt: run.attempt, phase: 'RUNNING', startedAt };
  }
  return null;
}
