import { setTimeout as sleep } from 'node:timers/promises';
import type { Task } from '@aws-sdk/client-ecs';
import { unknownOutcome } from '../../domain/outcome.ts';
import type { EndAnswer, EndRequest } from '../engine.ts';
import { judge, STOP_PREFIX, wasEndedByUs, type Judgement } from './outcome.ts';
import { jobOf, type Cluster } from './view.ts';

/** How long an end may take beyond its grace before the caller hears that it still goes on. */
const PATIENCE_MS = 60_000;
const LOOK_MS = 500;
/** A task that was started just before may not show at once. */
const SHOWN_WITHIN_MS = 3_000;
/** Looks at a task between two looks at its host. */
const HOST_EVERY = 10;
/** Characters that StopTask takes as a reason. */
const MAX_REASON = 255;

/**
 * Ends an attempt: its task is asked to stop, with our reason, and it is confirmed when ECS says STOPPED.
 * Where there is no task, the attempt is barred on record, since ECS has no place for that, and looked
 * for once more. @throws errors of the SDK
 */
export async function endAttempt(cluster: Cluster, request: EndRequest): Promise<EndAnswer> {
  const task = await taskOf(cluster, request);
  if (task !== null) return endTask(cluster, request, task);
  if (request.externalId !== null) return gone(cluster, request, request.externalId);
  await request.bar?.();
  const late = await appearing(cluster, request);
  if (late !== null) return endTask(cluster, request, late);
  return { kind: 'confirmed', own: false, job: null };
}

async function taskOf({ tasks }: Cluster, { ref, externalId }: EndRequest): Promise<Task | null> {
  return externalId === null ? tasks.of(ref) : tasks.get(externalId);
}

/** A task that a launch under way has started before it could be refused. */
async function appearing(cluster: Cluster, request: EndRequest): Promise<Task | null> {
  const until = Date.now() + SHOWN_WITHIN_MS;
  while (Date.now() < until) {
    await sleep(LOOK_MS, undefined, { signal: request.signal });
    const task = await taskOf(cluster, request);
    if (task !== null) return task;
  }
  return null;
}

/** ECS knows tasks that are alive, so one that it does not know is not; a young one may not show yet. */
async function gone(cluster: Cluster, request: EndRequest, externalId: string): Promise<EndAnswer> {
  const late = await appearing(cluster, request);
  if (late !== null) return endTask(cluster, request, late);
  const heard = cluster.region.heard.get(externalId);
  const last = heard === undefined ? null : judge(heard);
  const known = last?.phase === 'STOPPED' ? last : forgotten();
  const task = heard ?? { taskArn: externalId };
  return { kind: 'confirmed', own: true, job: jobOf(cluster, request.ref, task, known) };
}

function forgotten(): Judgement {
  const outcome = unknownOutcome('ECS no longer knows its task');
  return { phase: 'STOPPED', startedAt: null, outcome, note: null };
}

async function endTask(cluster: Cluster, request: EndRequest, task: Task): Promise<EndAnswer> {
  const { ref, signal, graceSeconds, why = 'ended' } = request;
  const arn = task.taskArn ?? '';
  const before = await judged(cluster, task);
  if (before.phase === 'STOPPED') return confirmed(cluster, request, task, before);
  if (task.desiredStatus !== 'STOPPED' || !wasEndedByUs(task)) {
    await cluster.tasks.stop(arn, `${STOP_PREFIX}${why}`.slice(0, MAX_REASON));
  }
  const stopTimeout = Math.max(graceSeconds, cluster.settings.graceSeconds);
  const until = Date.now() + stopTimeout * 1000 + PATIENCE_MS;
  let last = task;
  for (let looks = 1; Date.now() < until; looks += 1) {
    await sleep(LOOK_MS, undefined, { signal });
    const now = await cluster.tasks.get(arn);
    if (now === null) return gone(cluster, { ...request, externalId: arn }, arn);
    last = now;
    const after = looks % HOST_EVERY === 0 ? await judged(cluster, now) : judge(now);
    if (after.phase === 'STOPPED') return confirmed(cluster, request, now, after);
  }
  const reason = `ECS says that task ${arn} is ${last.lastStatus}`;
  return { kind: 'ending', reason: `${reason}, asked to end for ${ref.runId}` };
}

/** With a look at its host: nothing runs on one that is gone. */
async function judged(cluster: Cluster, task: Task): Promise<Judgement> {
  const hostOf = await cluster.region.hosts.of(cluster.settings.cluster, [task]);
  return judge(task, hostOf(task));
}

function confirmed(
  cluster: Cluster,
  { ref }: EndRequest,
  task: Task,
  judgement: Judgement,
): EndAnswer {
  const job = jobOf(cluster, ref, task, judgement);
  return { kind: 'confirmed', own: !wasEndedByUs(task), job };
}
