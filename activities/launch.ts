import { Context } from '@temporalio/activity';
import { attemptEnvironment } from '../domain/environment.ts';
import { notFound } from '../domain/errors.ts';
import type { LaunchActivities, LaunchAnswer } from '../domain/lifecycle/record.ts';
import type { JobRef } from '../domain/lifecycle/messages.ts';
import { unknownOutcome } from '../domain/outcome.ts';
import { decide } from '../domain/retry.ts';
import { claimLaunch } from '../db/attempts.ts';
import { findLaunch, type Launch } from '../db/runs.ts';
import type { AttemptSpec, Job } from '../engines/engine.ts';
import { attemptEnd } from './conclude.ts';
import type { EngineDeps } from './engine-deps.ts';
import { policyOf } from './engine-deps.ts';
import { withFailures } from './failures.ts';
import { heartbeating } from './heartbeat.ts';

/** Starts jobs on one cluster. */
export function createLaunchActivities(deps: EngineDeps): LaunchActivities {
  return withFailures({
    launchJob: (input: JobRef & { look: boolean }) =>
      heartbeating((signal) => launch(deps, input, signal)),
  });
}

async function launch(
  deps: EngineDeps,
  input: JobRef & { look: boolean },
  signal: AbortSignal,
): Promise<LaunchAnswer> {
  const [claimed, found] = await Promise.all([
    claimLaunch(deps.db, input),
    findLaunch(deps.db, input),
  ]);
  if (found === null) throw notFound(`Run with id ${input.runId} not found`);
  const { run } = found;
  // A task of this activity may be executed late, after the run went on.
  if (run.stopRequestedAt !== null) {
    return { kind: 'withdrawn', stop: { by: run.stopRequestedBy } };
  }
  if (!claimed) return { kind: 'withdrawn', stop: null };
  if (input.look || Context.current().info.attempt > 1) {
    const before = await deps.engine.find(input);
    if (before.kind === 'found') return answer(before.job);
    if (before.kind === 'unknown') return giveUp(deps, found, input, before.reason);
  }
  signal.throwIfAborted();
  return answer(await deps.engine.launch(specOf(found, input), signal));
}

function answer(job: Job): LaunchAnswer {
  return {
    kind: 'job',
    externalId: job.externalId,
    phase: job.phase,
    startedAt: job.startedAt?.toISOString() ?? null,
  };
}

function giveUp(deps: EngineDeps, found: Launch, ref: JobRef, reason: string): LaunchAnswer {
  const outcome = unknownOutcome(reason);
  const verdict = decide(outcome, policyOf(deps, found.definition?.retry_policy), ref.attempt);
  return { kind: 'unknown', verdict, end: attemptEnd(outcome, null) };
}

/** What the engine is asked to run: the run's values, and of the definition what is only there. */
function specOf({ run, definition }: Launch, ref: JobRef): AttemptSpec {
  return {
    runId: ref.runId,
    attempt: ref.attempt,
    image: run.image ?? '',
    command: run.command ?? '',
    environment: attemptEnvironment(definition?.env ?? [], run.env ?? [], ref),
    memoryMb: run.memory || definition?.memory || null,
    owner: run.user ?? '',
    alias: run.alias ?? '',
  };
}
