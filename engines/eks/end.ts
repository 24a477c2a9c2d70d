import { setTimeout as sleep } from 'node:timers/promises';
import type { V1Job, V1Pod } from '@kubernetes/client-node';
import { outcomeWith, unknownOutcome, type Outcome } from '../../domain/outcome.ts';
import { timeLimit } from '../../domain/time-limit.ts';
import type { EndAnswer, EndRequest, Job } from '../engine.ts';
import { stopped, type Judgement } from '../judgement.ts';
import { KubeError } from './api.ts';
import { namedJob } from './former.ts';
import {
  ENDED_ANNOTATION,
  externalIdOf,
  isOf,
  jobName,
  jobUidOf,
  OUTCOME_ANNOTATION,
  parseExternalId,
  refOfLabels,
} from './names.ts';
import { judge, UNSCHEDULABLE } from './outcome.ts';
import { wasEnded } from './pod.ts';
import { podWatch } from './pod-watch.ts';
import { tombstone } from './tombstone.ts';
import { circumstances, jobOf, viewOf, type Cluster } from './view.ts';

/** How long the end of a pod may take beyond its grace before the caller hears that it still goes on. */
const PATIENCE_MS = 20_000;
const LOOK_MS = 500;
const SUSPENDED_WITHIN_MS = 3_000;
const TRIES = 5;

interface Target {
  namespace: string;
  name: string;
  uid: string | null;
}

/**
 * Ends an attempt: a Job that is there is marked, its pod deleted with the grace, and without a pod it is
 * suspended, so that it gets none; where there is no Job, a suspended one takes its name, so that a
 * launch under way finds it. The Job stays until the attempt is released.
 */
export async function endAttempt(cluster: Cluster, request: EndRequest): Promise<EndAnswer> {
  const { ref, externalId } = request;
  const { jobs, settings } = cluster;
  for (let tries = 0; tries < TRIES; tries += 1) {
    request.signal.throwIfAborted();
    const target = targetOf(cluster, request);
    const there = await (externalId === null
      ? namedJob(cluster, ref)
      : jobs.get(target.namespace, target.name));
    const mine =
      there !== null &&
      isOf(there, ref, settings.labelKeys) &&
      (target.uid === null || there.metadata?.uid === target.uid);
    if (mine) {
      const answer = await endJob(cluster, request, there);
      if (answer !== null) return answer;
      continue;
    }
    const stray = externalId === null ? await strayOf(cluster, request, target) : target;
    if (stray !== null) return endRest(cluster, request, stray);
    // Another's Job has the name, so none of ours has. A launch under way is refused by `register`.
    if (there !== null) return { kind: 'confirmed', own: false, job: null };
    if (await barred(cluster, request)) return { kind: 'confirmed', own: false, job: null };
  }
  return { kind: 'ending', reason: 'its Job changes all the time' };
}

function targetOf({ settings }: Cluster, { ref, externalId }: EndRequest): Target {
  if (externalId === null) {
    return { namespace: settings.namespace, name: jobName(ref), uid: null };
  }
  const id = parseExternalId(externalId);
  return { ...id, namespace: id.namespace ?? settings.namespace };
}

/** The Job that the attempt once had, by a pod that outlived it; null when there is no such pod. */
async function strayOf(
  { jobs, settings }: Cluster,
  { ref }: EndRequest,
  { namespace, name }: Target,
): Promise<Target | null> {
  const pod = await jobs.podOf(namespace, name, null);
  const of = refOfLabels(pod?.metadata?.labels, settings.labelKeys);
  if (pod === null || of?.runId !== ref.runId || of.attempt !== ref.attempt) return null;
  return { namespace, name, uid: jobUidOf(pod) };
}

/** True when a suspended Job has the attempt's name now; false when somebody was faster. */
async function barred(cluster: Cluster, { ref }: EndRequest): Promise<boolean> {
  try {
    await cluster.jobs.create(tombstone(ref, cluster.settings, new Date()));
    return true;
  } catch (error) {
    if (error instanceof KubeError && error.status === 409) return false;
    throw error;
  }
}

/** The Job is gone; a pod of it may have outlived it. */
async function endRest(cluster: Cluster, request: EndRequest, target: Target): Promise<EndAnswer> {
  const { namespace, name, uid } = target;
  const pod = await cluster.jobs.podOf(namespace, name, uid);
  const externalId = request.externalId ?? `${namespace}/${name}/${uid}`;
  const by = circumstances(
    cluster,
    uid,
    pod === null ? null : await cluster.jobs.doubtfulNode(pod),
  );
  if (pod === null) {
    const seen = cluster.memory.get(uid)?.outcome ?? unknownOutcome('its Job is gone');
    return confirmed(true, jobOf(request.ref, externalId, null, stopped(seen)));
  }
  const before = judge(null, pod, by);
  if (isOver(before)) return confirmed(true, jobOf(request.ref, externalId, pod, before));
  const last = await endPod(cluster, request, pod, before);
  if (last.kind === 'ending') return last;
  const after = judge(null, last.pod, { ...by, now: new Date() });
  const known = after.phase === 'STOPPED' ? after : stopped(unknownOutcome('its pod was ended'));
  return confirmed(false, jobOf(request.ref, externalId, last.pod, known));
}

/** Null when the Job changed under our hands. */
async function endJob(
  cluster: Cluster,
  request: EndRequest,
  job: V1Job,
): Promise<EndAnswer | null> {
  const { namespace = '', name = '', uid = null } = job.metadata ?? {};
  const pod = await cluster.jobs.podOf(namespace, name, uid);
  const node = pod === null ? null : await cluster.jobs.doubtfulNode(pod);
  const before = judge(job, pod, circumstances(cluster, uid, node));
  if (isOver(before)) {
    return confirmed(!wasEnded(job), viewOf(cluster, request.ref, job, { pod, node }));
  }
  const marked = wasEnded(job) ? job : await mark(cluster, job, before, pod === null);
  if (marked === null) return null;
  const live = pod ?? (await lateComer(cluster, job));
  if (live === null) return confirmed(false, viewOf(cluster, request.ref, marked));
  const last = await endPod(cluster, request, live, before);
  if (last.kind === 'ending') return last;
  const now = await cluster.jobs.get(namespace, name);
  const after = judge(
    now?.metadata?.uid === uid ? now : marked,
    last.pod,
    circumstances(cluster, uid, null),
  );
  const known = after.phase === 'STOPPED' && after.startedAt !== null ? after : null;
  const outcome = unscheduled(before) ?? after.outcome ?? unknownOutcome('its pod was ended');
  return confirmed(
    false,
    jobOf(request.ref, externalIdOf(job), last.pod, known ?? stopped(outcome)),
  );
}

/** What kept it from starting until it was ended; null when that was not the want of a node. */
function unscheduled({ startedAt, note }: Judgement): Outcome | null {
  if (startedAt !== null || note?.startsWith(UNSCHEDULABLE) !== true) return null;
  const reason = 'ended before there was a node for it';
  return outcomeWith({ reason, failure: 'unschedulable', evidence: note });
}

function isOver(judged: Judgement): boolean {
  return judged.phase === 'STOPPED' && !judged.alive;
}

function confirmed(own: boolean, job: Job): EndAnswer {
  return { kind: 'confirmed', own, job };
}

/** The pod that was made while its Job was being suspended; the Job controller says when it is done. */
async function lateComer(cluster: Cluster, before: V1Job): Promise<V1Pod | null> {
  const { namespace = '', name = '', uid = null } = before.metadata ?? {};
  if (before.spec?.suspend !== true) {
    const until = Date.now() + SUSPENDED_WITHIN_MS;
    while (Date.now() < until) {
      const job = await cluster.jobs.get(namespace, name);
      const conditions = job?.status?.conditions ?? [];
      if (conditions.some(({ type, status }) => type === 'Suspended' && status === 'True')) break;
      await sleep(LOOK_MS / 5);
    }
  }
  return cluster.jobs.podOf(namespace, name, uid);
}

/**
 * On record before the first signal, with the outcome if one was decided; null when it is another Job.
 * One that has a pod is not suspended: the Job controller would end the pod with a grace of its own.
 */
async function mark(
  cluster: Cluster,
  job: V1Job,
  judged: Judgement,
  suspend: boolean,
): Promise<V1Job | null> {
  const { namespace = '', name = '', uid } = job.metadata ?? {};
  const annotations = {
    [ENDED_ANNOTATION]: new Date().toISOString(),
    ...(judged.outcome === null ? {} : { [OUTCOME_ANNOTATION]: JSON.stringify(judged.outcome) }),
  };
  const patch = { metadata: { uid, annotations }, ...(suspend ? { spec: { suspend } } : {}) };
  try {
    return await cluster.jobs.patch(namespace, name, patch, 'merge');
  } catch (error) {
    if (error instanceof KubeError && error.status === 409) return null;
    throw error;
  }
}

/** Its containers have ended; or it is deleted without a node, and will get none. */
function cannotRun({ metadata, spec, status }: V1Pod): boolean {
  const deleted = metadata?.deletionTimestamp !== undefined && spec?.nodeName === undefined;
  return deleted || /Succeeded|Failed/.test(status?.phase ?? '');
}

type PodEnd = { kind: 'ended'; pod: V1Pod } | { kind: 'ending'; reason: string };

/** Deletes a pod and waits until it is gone, or nothing of it runs; keeps what it said last. */
async function endPod(
  cluster: Cluster,
  request: EndRequest,
  pod: V1Pod,
  before: Judgement,
): Promise<PodEnd> {
  // On a host that is lost nothing uses a grace and nobody confirms; its pod goes when Kubernetes cleans up.
  if (before.outcome?.failure === 'host-lost') {
    await cluster.jobs.removePod(pod, 0);
    return { kind: 'ended', pod };
  }
  const { graceSeconds } = request;
  const until = Date.now() + graceSeconds * 1000 + PATIENCE_MS;
  const watch = podWatch(cluster, pod, timeLimit(until - Date.now(), request.signal));
  try {
    await cluster.jobs.removePod(pod, graceSeconds);
    while (Date.now() < until) {
      request.signal.throwIfAborted();
      if (watch.gone || cannotRun(watch.last)) return { kind: 'ended', pod: watch.last };
      await Promise.race([watch.changed(), sleep(LOOK_MS)]);
    }
    const node = await cluster.jobs.doubtfulNode(watch.last);
    const reason = node?.evidence ?? `pod ${pod.metadata?.name} is still ending`;
    return { kind: 'ending', reason };
  } finally {
    watch.close();
  }
}
