import { verdictOfEnding, type Ending, type Verdict } from '../domain/lifecycle/ending.ts';
import type { AttemptQuery, ControlActivities, LookAnswer } from '../domain/lifecycle/record.ts';
import { unknownOutcome, type Outcome } from '../domain/outcome.ts';
import { decide } from '../domain/retry.ts';
import { findLaunch } from '../db/runs.ts';
import type { Job } from '../engines/engine.ts';
import { attemptEnd, storeLog } from './conclude.ts';
import { policyOf, type EngineDeps } from './engine-deps.ts';
import { withFailures } from './failures.ts';
import { heartbeating } from './heartbeat.ts';

/** Looks at and ends the jobs of one cluster. */
export function createControlActivities(deps: EngineDeps): ControlActivities {
  return withFailures({
    lookAtJob: (query: AttemptQuery) => heartbeating((signal) => look(deps, query, signal)),
    endJob: (query: EndQuery) => heartbeating((signal) => end(deps, query, signal)),
  });
}

type EndQuery = AttemptQuery & { ending: Ending; graceSeconds: number };

async function look(
  deps: EngineDeps,
  query: AttemptQuery,
  signal: AbortSignal,
): Promise<LookAnswer> {
  const { engine } = deps;
  const { externalId } = query;
  const found = await (externalId === null ? engine.find(query) : engine.describe(externalId));
  if (found.kind === 'unknown') {
    return { ended: false, phase: 'UNKNOWN', startedAt: null, reason: found.reason };
  }
  if (found.kind === 'absent') {
    const outcome = unknownOutcome('the engine no longer knows the job');
    return conclude(deps, query, null, outcome);
  }
  const { job } = found;
  if (job.phase !== 'STOPPED') {
    const startedAt = job.startedAt?.toISOString() ?? null;
    return { ended: false, phase: job.phase, startedAt, reason: null };
  }
  const confirmed = await engine.end({ ref: query, externalId, graceSeconds: 0, signal });
  if (confirmed.kind === 'ending') {
    return { ended: false, phase: 'RUNNING', startedAt: null, reason: confirmed.reason };
  }
  return conclude(deps, query, job, job.outcome ?? unknownOutcome('the engine did not say'));
}

async function end(deps: EngineDeps, query: EndQuery, signal: AbortSignal): Promise<LookAnswer> {
  const { externalId, graceSeconds, ending } = query;
  const answer = await deps.engine.end({ ref: query, externalId, graceSeconds, signal });
  if (answer.kind === 'ending') {
    return { ended: false, phase: 'UNKNOWN', startedAt: null, reason: answer.reason };
  }
  const { job } = answer;
  const outcome = job?.outcome ?? null;
  // What the job did before it was asked to end is the truth; a caller's declaration outranks it.
  if (answer.own && outcome?.exitCode != null && ending.kind !== 'status') {
    return conclude(deps, query, job, outcome);
  }
  const log = job === null ? null : await storeLog(deps, query, job.externalId);
  return {
    ended: true,
    verdict: verdictOfEnding(ending),
    end: attemptEnd(outcome ?? unknownOutcome('it never started'), log),
  };
}

/** The job is over by itself: stores its log, then decides what follows. */
async function conclude(
  deps: EngineDeps,
  query: AttemptQuery,
  job: Job | null,
  outcome: Outcome,
): Promise<LookAnswer> {
  const log = job === null ? null : await storeLog(deps, query, job.externalId);
  const found = await findLaunch(deps.db, query);
  const policy = policyOf(deps, found?.definition?.retry_policy);
  const verdict: Verdict = decide(outcome, policy, query.attempt);
  return { ended: true, verdict, end: attemptEnd(outcome, log) };
}
