import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { messageOf } from '../domain/errors.ts';
import type { JobHint } from '../domain/lifecycle/messages.ts';
import { timeLimit } from '../domain/time-limit.ts';
import { findCluster } from '../db/clusters.ts';
import type { Change, Job } from '../engines/engine.ts';
import { FactBatch } from './fact-batch.ts';
import type { ObserveDeps } from './observe-deps.ts';
import { Told } from './told.ts';

/** One cycle of a watch, and what it has told so far. */
interface Watching {
  deps: ObserveDeps;
  hints: Told;
  places: Told;
  sparks: Told;
  facts: FactBatch;
}

/** Tells runs as their jobs change, for one cycle or until the worker shuts down. */
export async function watch(
  deps: ObserveDeps,
  cluster: string,
  signal: AbortSignal,
): Promise<'cycle' | 'gone'> {
  if ((await findCluster(deps.db, cluster)) === null) return 'gone';
  const cycle = timeLimit(deps.watchCycleSeconds * 1000, signal, deps.shutdown);
  const told = { hints: new Told(), places: new Told(), sparks: new Told() };
  const watching = { deps, ...told, facts: new FactBatch(deps) };
  try {
    for await (const change of deps.engine.watch(cycle)) {
      await take(watching, change);
      if (cycle.aborted) break;
    }
  } finally {
    await watching.facts.close();
  }
  signal.throwIfAborted();
  if (deps.shutdown.aborted) {
    if ((await findCluster(deps.db, cluster)) === null) return 'gone';
    // A worker that shuts down hands over: the next one begins with a fresh list.
    throw handOver();
  }
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

/** Everything that a watch says passes here, in order. */
async function take(watching: Watching, change: Change): Promise<void> {
  switch (change.kind) {
    case 'job':
      return takeJob(watching, change.job);
    case 'event':
      return watching.facts.event(change.event);
    case 'usage':
      return watching.facts.usage(change.usage);
    case 'spark':
      return watching.facts.spark({ ref: change.ref, facts: change.facts });
  }
}

async function takeJob({ deps, hints, places, sparks, facts }: Watching, job: Job): Promise<void> {
  deps.collection?.see(job);
  if (job.spark !== undefined && !sparks.has(job, job.spark)) {
    facts.spark({ ref: job, facts: job.spark });
    sparks.set(job, job.spark);
  }
  const hint = hintOf(job);
  // An end is told as often as it is heard of: the run may have been unable to confirm it before.
  const known = job.phase !== 'STOPPED' && hints.has(job, hint);
  if (!known && (await tell(deps, job.runId, hint))) hints.set(job, hint);
  if (job.place !== null && !places.has(job, job.place)) {
    facts.place({ ref: job, place: job.place });
    places.set(job, job.place);
  }
}

function hintOf(job: Job): JobHint {
  const { attempt, phase, note } = job;
  if (phase === 'STOPPED') return { attempt, phase };
  const startedAt = job.startedAt?.toISOString() ?? null;
  return { attempt, phase, startedAt, ...(note === null ? {} : { note }) };
}

/** A hint that cannot be delivered is the sweep's affair; false says so. */
async function tell(deps: ObserveDeps, runId: string, hint: JobHint): Promise<boolean> {
  try {
    await deps.runs.jobChanged(runId, hint);
    return true;
  } catch (error) {
    Context.current().log.warn('a run was not told of its job', {
      run_id: runId,
      error: messageOf(error),
    });
    return false;
  }
}
