import { Context } from '@temporalio/activity';
import { FlotillaError, messageOf, notFound } from '../domain/errors.ts';
import type { LaunchActivities, LaunchAnswer } from '../domain/lifecycle/record.ts';
import type { JobRef } from '../domain/lifecycle/messages.ts';
import { unknownOutcome, type Outcome } from '../domain/outcome.ts';
import type { Sizing } from '../domain/resources.ts';
import { submitEvent } from '../domain/event-messages.ts';
import { decide } from '../domain/retry.ts';
import { claimLaunch, registeredAs, registerLaunch, renewLaunch } from '../db/attempts.ts';
import { findLaunch, type Launch } from '../db/launch.ts';
import { recordSparkFacts } from '../db/spark-facts.ts';
import { LaunchFailed, type Found, type Job, type Register } from '../engines/engine.ts';
import { askedAt, memoryRoom, sizeAttempt, specOf } from './attempt-spec.ts';
import { attemptEnd } from './conclude.ts';
import type { EngineDeps } from './engine-deps.ts';
import { engineOf, policyOf } from './engine-deps.ts';
import { withFailures } from './failures.ts';
import { heartbeating } from './heartbeat.ts';
import { LaunchNews } from './launch-news.ts';

/** Starts jobs on one cluster. */
export function createLaunchActivities(deps: EngineDeps): LaunchActivities {
  return withFailures({
    launchJob: (input: LaunchInput) => heartbeating((signal) => launch(deps, input, signal)),
  });
}

type LaunchInput = Parameters<LaunchActivities['launchJob']>[0];

async function launch(
  deps: EngineDeps,
  input: LaunchInput,
  signal: AbortSignal,
): Promise<LaunchAnswer> {
  const { turns } = deps.engine;
  if (turns !== undefined && !input.hasTurn) return { kind: 'turn', of: turns.name };
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
  const sized = await sizeAttempt(deps, found, input);
  if (input.look || Context.current().info.attempt > 1) {
    const before = await earlier(deps, input, askedAt(found, input));
    // One that waits may wait for its launch to be finished.
    if (before.kind === 'found' && (before.job.phase !== 'PENDING' || before.final)) {
      tellLaunch(deps, found, input, 'success');
      return answer(before.job, sized.sizing);
    }
    if (before.kind === 'unknown') return giveUp(deps, found, input, before.reason);
  }
  signal.throwIfAborted();
  const spec = specOf(found, input, sized);
  const register: Register = async (externalId, manifest) => {
    if (externalId === null) return claimLaunch(deps.db, input);
    const may = await registerLaunch(deps.db, input, externalId, manifest, sized.sizing);
    if (may && manifest !== null) archive(deps, input, manifest);
    return may;
  };
  const told = new LaunchNews(deps.db, input);
  try {
    const job = await renewing(deps, input, () =>
      deps.engine.launch(spec, signal, register, (event) => told.tell(event)),
    );
    if (job === null) return { kind: 'withdrawn', stop: null };
    if (job.spark !== undefined)
      await recordSparkFacts(deps.db, [{ ref: input, facts: job.spark }]);
    tellLaunch(deps, found, input, 'success');
    return answer(job, sized.sizing);
  } catch (error) {
    if (error instanceof LaunchFailed) return over(deps, found, input, error.outcome);
    if (!isWait(error, signal)) countLaunch(deps, input, found, 'failure');
    throw error;
  } finally {
    await told.close();
  }
}

/** A run may wait long for room: each time there is none, it is known that nothing was started. */
async function renewing<T>({ db }: EngineDeps, ref: JobRef, work: () => Promise<T>): Promise<T> {
  const began = new Date();
  try {
    return await work();
  } catch (error) {
    if (error instanceof FlotillaError && error.code === 'capacity') {
      await renewLaunch(db, ref, began);
    }
    throw error;
  }
}

type Earlier =
  /** `final`: no launch can do anything for it any more. */
  { kind: 'found'; job: Job; final: boolean } | Exclude<Found, { kind: 'found' }>;

/**
 * What an earlier launch of the attempt has left. One on record whose job is not to be found by its
 * name may have run: what is left of it, such as a pod, is found by the engine's name for it.
 */
async function earlier({ db, engine }: EngineDeps, ref: JobRef, since: Date): Promise<Earlier> {
  const found = await engine.find(ref, since);
  if (found.kind === 'found') return { ...found, final: false };
  const externalId = await registeredAs(db, ref);
  if (externalId === null) return found;
  const left = await engine.describe(externalId);
  if (left.kind === 'found') return { ...left, final: true };
  const gone = 'the engine had the job, and no longer knows it';
  return { kind: 'unknown', reason: left.kind === 'unknown' ? left.reason : gone };
}

/** Beside the launch, not in its way: the database has the manifest too. */
function archive({ manifests }: EngineDeps, ref: JobRef, manifest: string): void {
  const { log } = Context.current();
  manifests?.put(ref.runId, ref.attempt, manifest).catch((error: unknown) => {
    log.warn('a manifest was not archived', { ...ref, error: messageOf(error) });
  });
}

function answer(job: Job, sizing: Sizing): LaunchAnswer {
  return {
    kind: 'job',
    externalId: job.externalId,
    phase: job.phase,
    startedAt: job.startedAt?.toISOString() ?? null,
    sizing,
  };
}

function giveUp(deps: EngineDeps, found: Launch, ref: JobRef, reason: string): LaunchAnswer {
  return over(deps, found, ref, unknownOutcome(reason));
}

type Result = 'success' | 'failure';

/** The engine has taken it, or has refused it for good. */
function tellLaunch(deps: EngineDeps, found: Launch, ref: JobRef, status: Result): void {
  countLaunch(deps, ref, found, status);
  deps.telemetry.events.emit(submitEvent(ref.runId, found.run.executableId));
}

function countLaunch(deps: EngineDeps, ref: JobRef, { run }: Launch, status: Result): void {
  const labels = { engine: engineOf(deps, ref), status, tier: run.tier ?? '' };
  deps.telemetry.metrics.count('execute', labels);
}

/** One that waits for room, or is called off, has not failed. */
function isWait(error: unknown, signal: AbortSignal): boolean {
  return signal.aborted || (error instanceof FlotillaError && error.code === 'capacity');
}

/** Nothing of it will be started any more. */
function over(deps: EngineDeps, found: Launch, ref: JobRef, outcome: Outcome): LaunchAnswer {
  tellLaunch(deps, found, ref, 'failure');
  const policy = policyOf(deps, found.definition?.retry_policy);
  const verdict = decide(outcome, policy, ref.attempt, memoryRoom(deps, found, ref));
  return { kind: 'unknown', verdict, end: attemptEnd(outcome, null) };
}
