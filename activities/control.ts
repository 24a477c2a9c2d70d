import { verdictOfEnding, type Ending, type Verdict } from '../domain/lifecycle/ending.ts';
import type { AttemptQuery, ControlActivities, LookAnswer } from '../domain/lifecycle/record.ts';
import { unknownOutcome, type Outcome } from '../domain/outcome.ts';
import { decide } from '../domain/retry.ts';
import { barAttempt } from '../db/attempts.ts';
import { tierOf } from '../db/runs.ts';
import { findLaunch } from '../db/launch.ts';
import type { Job } from '../engines/engine.ts';
import { memoryRoom } from './attempt-spec.ts';
import { attemptEnd } from './conclude.ts';
import { engineOf, policyOf, type EngineDeps } from './engine-deps.ts';
import { explain } from './explain.ts';
import { asOnRecord } from './on-record.ts';
import { withFailures } from './failures.ts';
import { heartbeating } from './heartbeat.ts';
import { notingEnd } from './note-end.ts';
import { storeLog } from './store-log.ts';

/** Looks at and ends the jobs of one cluster. */
export function createControlActivities(deps: EngineDeps): ControlActivities {
  return withFailures({
    lookAtJob: (query: AttemptQuery) =>
      heartbeating((signal) => timed(deps, query, 'processRun', look(deps, query, signal))),
    endJob: (query: EndQuery) => heartbeating((signal) => end(deps, query, signal)),
  });
}

/** Takes the time of what succeeds. */
async function timed<T>(
  deps: EngineDeps,
  ref: AttemptQuery,
  name: 'processRun' | 'fetchUpdateStatus',
  work: Promise<T>,
): Promise<T> {
  const began = performance.now();
  const done = await work;
  const labels = { engine: engineOf(deps, ref) };
  deps.telemetry.metrics.observe(name, performance.now() - began, labels);
  return done;
}

type EndQuery = AttemptQuery & { ending: Ending; graceSeconds: number };

async function look(
  deps: EngineDeps,
  query: AttemptQuery,
  signal: AbortSignal,
): Promise<LookAnswer> {
  const { engine } = deps;
  const { externalId } = query;
  const asked = externalId === null ? engine.find(query) : engine.describe(externalId);
  const found = await timed(deps, query, 'fetchUpdateStatus', asked);
  if (found.kind === 'unknown') {
    return { ended: false, phase: 'UNKNOWN', startedAt: null, reason: found.reason };
  }
  if (found.kind === 'absent') {
    const outcome = unknownOutcome('the engine no longer knows the job');
    return conclude(deps, query, null, outcome, signal);
  }
  const { job } = found;
  if (job.phase !== 'STOPPED') {
    const startedAt = job.startedAt?.toISOString() ?? null;
    return { ended: false, phase: job.phase, startedAt, reason: job.note };
  }
  if (job.alive) {
    const confirmed = await engine.end({ ref: query, externalId, graceSeconds: 0, signal });
    if (confirmed.kind === 'ending') {
      return { ended: false, phase: 'RUNNING', startedAt: null, reason: confirmed.reason };
    }
  }
  const outcome = job.outcome ?? unknownOutcome('the engine did not say');
  return conclude(deps, query, job, outcome, signal);
}

async function end(deps: EngineDeps, query: EndQuery, signal: AbortSignal): Promise<LookAnswer> {
  const { externalId, graceSeconds, ending } = query;
  const bar = (): Promise<void> => barAttempt(deps.db, query);
  const why = whyOf(ending);
  const request = { ref: query, externalId, graceSeconds, why, bar, signal };
  const answer = await notingEnd(deps.db, request, () => deps.engine.end(request)).catch(
    async (error: unknown) => {
      await tellEnd(deps, query, 'failure');
      throw error;
    },
  );
  if (answer.kind === 'ending') {
    return { ended: false, phase: 'UNKNOWN', startedAt: null, reason: answer.reason };
  }
  await tellEnd(deps, query, 'success');
  const { job } = answer;
  const outcome = job?.outcome ?? null;
  // What the job did before it was asked to end is the truth; a caller's declaration outranks it.
  if (answer.own && outcome?.exitCode != null && ending.kind !== 'status') {
    return conclude(deps, query, job, outcome, signal);
  }
  const log = await storeLog(deps, query, job, signal);
  const known = outcome ?? unknownOutcome('it never started');
  // The engine knows that the job was ended, and not what for.
  const ended = ending.kind === 'deadline' ? { ...known, failure: 'deadline' as const } : known;
  return { ended: true, verdict: verdictOfEnding(ending), end: attemptEnd(ended, log) };
}

/** Counts an end that was asked for, where somebody listens; a failure to look up its tier is none. */
async function tellEnd(
  deps: EngineDeps,
  query: EndQuery,
  status: 'success' | 'failure',
): Promise<void> {
  const { metrics } = deps.telemetry;
  if (!metrics.on) return;
  const tier = (await tierOf(deps.db, query.runId).catch(() => null)) ?? '';
  metrics.count('terminate', { engine: engineOf(deps, query), status, tier });
}

function whyOf(ending: Ending): string {
  switch (ending.kind) {
    case 'stop':
      return `stopped by ${ending.by ?? 'somebody'}`;
    case 'deadline':
      return `ended by its deadline of ${ending.seconds} s`;
    case 'status':
    case 'retry':
      return `ended by ${ending.by ?? 'somebody'}, who set its status`;
  }
}

/** The job is over by itself: stores its log, then decides what follows. */
async function conclude(
  deps: EngineDeps,
  query: AttemptQuery,
  job: Job | null,
  judged: Outcome,
  signal: AbortSignal,
): Promise<LookAnswer> {
  const log = await storeLog(deps, query, job, signal);
  const found = await findLaunch(deps.db, query);
  const outcome = found === null ? judged : asOnRecord(judged, found, query);
  const policy = policyOf(deps, found?.definition?.retry_policy);
  const memory = found === null ? null : memoryRoom(deps, found, query);
  const decided: Verdict = decide(outcome, policy, query.attempt, memory);
  const known = found?.run ?? { exitReason: null, runExceptions: null };
  const why = { verdict: decided, outcome, signal };
  const { verdict, ...more } = await explain(deps, query, known, why);
  return { ended: true, verdict, end: { ...attemptEnd(outcome, log), ...more } };
}
