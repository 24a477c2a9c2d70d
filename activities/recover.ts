import { Context } from '@temporalio/activity';
import { barAttempt } from '../db/attempts.ts';
import { openRun } from '../db/open-run.ts';
import { findRun, type RunRow } from '../db/runs.ts';
import type { RunWorkflows } from '../temporal/run-workflows.ts';
import { attemptEnd } from './conclude.ts';
import type { EngineDeps } from './engine-deps.ts';
import { project } from './project.ts';
import { storeLog } from './store-log.ts';
import type { RunTiming } from '../domain/lifecycle/messages.ts';
import type { AttemptEnd } from '../domain/lifecycle/record.ts';

export interface RecoverDeps extends EngineDeps {
  runs: RunWorkflows;
  timing: RunTiming;
  /** Called after commits that change what lists show of a run. */
  changed(): void;
}

/**
 * For a run that is not over though its workflow is gone. A workflow that Temporal no longer knows
 * is started anew and takes over; one that an operator terminated, or that failed, is not: its job
 * is ended and the run settled.
 * @returns true when something was done
 */
export async function recoverRun(
  deps: RecoverDeps,
  runId: string,
  signal: AbortSignal,
): Promise<boolean> {
  const run = await findRun(deps.db, runId);
  if (run === null || run.workflowId === null || run.status === 'STOPPED') return false;
  const { alias, user, clusterName, engine } = run;
  const started = await deps.runs.start({
    runId,
    alias: alias ?? '',
    owner: user ?? '',
    cluster: clusterName ?? '',
    engine,
  });
  if (started === 'started') {
    Context.current().log.warn('a run without a workflow was given one', { run_id: runId });
    return true;
  }
  const state = await deps.runs.stateOf(runId);
  if (state === null || !BROKEN.has(state)) return false;
  return settle(deps, run, `its workflow was ${state.toLowerCase().replace('_', ' ')}`, signal);
}

const BROKEN = new Set(['TERMINATED', 'FAILED', 'TIMED_OUT', 'CANCELLED', 'COMPLETED']);

async function settle(
  deps: RecoverDeps,
  run: RunRow,
  why: string,
  signal: AbortSignal,
): Promise<boolean> {
  const { runId } = run;
  const opened = await openRun(deps.db, runId, deps.timing, { admit: false });
  const ref = { runId, attempt: opened.attempt };
  const end = opened.asked ? await endJob(deps, ref, opened.externalId, signal) : null;
  if (end === 'ending') return false;
  const reason = end?.exitReason == null ? why : `${end.exitReason} (${why})`;
  await project(deps, {
    runId,
    epoch: opened.epoch,
    transitions: [{ seq: 1, status: 'STOPPED', attempt: ref.attempt, reason, actor: 'flotilla' }],
    run: {
      status: 'STOPPED',
      exitCode: end?.exitCode ?? null,
      exitReason: reason,
      finishedAt: end?.finishedAt ?? null,
    },
    ...(end === null ? {} : { attempt: { attempt: ref.attempt, state: 'ended', ...end } }),
  });
  deps.changed();
  Context.current().log.warn('a run was settled', { run_id: runId, reason });
  return true;
}

async function endJob(
  deps: RecoverDeps,
  ref: { runId: string; attempt: number },
  externalId: string | null,
  signal: AbortSignal,
): Promise<AttemptEnd | 'ending' | null> {
  const graceSeconds = deps.timing.stopGraceSeconds;
  const bar = (): Promise<void> => barAttempt(deps.db, ref);
  const why = 'its workflow was ended';
  const answer = await deps.engine.end({ ref, externalId, graceSeconds, why, bar, signal });
  if (answer.kind === 'ending') return 'ending';
  if (answer.job?.outcome == null) return null;
  const log = await storeLog(deps, ref, answer.job, signal);
  // Only what the job did by itself is its exit code.
  const outcome = answer.own ? answer.job.outcome : { ...answer.job.outcome, exitCode: null };
  return attemptEnd(outcome, log);
}
