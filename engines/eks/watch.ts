import { setTimeout as sleep } from 'node:timers/promises';
import type { CoreV1Event, V1Job, V1Pod } from '@kubernetes/client-node';
import { unknownOutcome, type Outcome } from '../../domain/outcome.ts';
import type { Change, Job } from '../engine.ts';
import { stopped } from '../judgement.ts';
import { UsagePeaks } from '../usage-peaks.ts';
import { changesOf, type ChangeQueue, type WatchPart } from '../change-queue.ts';
import { KubeError } from './api.ts';
import { toFlotillaError } from './errors.ts';
import { isFormer } from './former.ts';
import { jobPath, podPath } from './jobs.ts';
import { nodeOf, selector } from './list.ts';
import { listAndWatch } from './list-watch.ts';
import { pullErrorOf } from './memory.ts';
import { externalIdOf, jobUidOf, refOfLabels, refOfName, RELEASED_LABEL } from './names.ts';
import { goneOutcome } from './ended.ts';
import { judge, type NodeState } from './outcome.ts';
import { dateOf, isFinished, wasEnded } from './pod.ts';
import { podUsage } from './usage.ts';
import { circumstances, jobOf, type Cluster } from './view.ts';

/** A cluster without metrics is asked for them so many times more rarely. */
const NO_METRICS_FACTOR = 20;

type Part = WatchPart<Cluster>;

/**
 * What happens on a cluster, as it happens: one list-and-watch each of pods, Jobs and events, from a
 * fresh list on. @throws FlotillaError `unavailable` when the API server does not answer
 */
export async function* watchCluster(cluster: Cluster, signal: AbortSignal): AsyncGenerator<Change> {
  const parts = [followPods, followJobs, unlessForbidden(followEvents), followUsage];
  try {
    yield* changesOf(cluster, parts, signal);
  } catch (error) {
    throw toFlotillaError(error, 'the watch broke off');
  }
}

async function followPods(
  cluster: Cluster,
  queue: ChangeQueue,
  signal: AbortSignal,
): Promise<void> {
  const { namespace, labelKeys } = cluster.settings;
  const query = { labelSelector: labelKeys.runId };
  const seen = listAndWatch<V1Pod>(cluster.api, podPath(namespace), query, signal);
  for await (const one of seen) {
    const pods = one.type === 'LISTED' ? one.items : [one.object];
    const nodes = new Map<string, NodeState | null>();
    for (const pod of pods) {
      const node = await nodeOf(cluster, pod, nodes);
      const job = podChange(cluster, pod, node, one.type === 'DELETED');
      if (job !== null) queue.put({ kind: 'job', job });
    }
  }
}

/** What a pod tells of its attempt; what only it knows is remembered. */
function podChange(
  cluster: Cluster,
  pod: V1Pod,
  node: NodeState | null,
  gone: boolean,
): Job | null {
  const { settings, memory } = cluster;
  const uid = jobUidOf(pod);
  const ref = refOfLabels(pod.metadata?.labels, settings.labelKeys);
  const name = pod.metadata?.labels?.['job-name'];
  if (uid === null || ref === null || name === undefined) return null;
  if (pod.metadata?.labels?.[settings.labelKeys.attempt] === undefined) {
    // Of flotilla-os, and not ours unless its Job is.
    if (memory.get(uid)?.former !== true) return null;
  }
  const pullError = pullErrorOf(pod);
  const host = pod.spec?.nodeName;
  if (pullError !== null) memory.update(uid, { pullError });
  if (host !== undefined) memory.update(uid, { host });
  const judged = judge(null, pod, circumstances(cluster, uid, node));
  const externalId = `${pod.metadata?.namespace}/${name}/${uid}`;
  if (judged.phase === 'STOPPED' && judged.outcome !== null && !judged.alive) {
    remember(cluster, uid, judged.outcome);
  } else if (gone) {
    const outcome = goneOutcome(pod);
    if (outcome !== null) remember(cluster, uid, outcome);
    const last = stopped(outcome ?? unknownOutcome('its pod is gone'));
    return jobOf(ref, externalId, pod, last);
  }
  return jobOf(ref, externalId, pod, judged);
}

/** What was seen first: with its last delete, the time at which a pod was asked to end is moved. */
function remember({ memory }: Cluster, uid: string, outcome: Outcome): void {
  if (memory.get(uid)?.outcome == null) memory.update(uid, { outcome });
}

async function followJobs(
  cluster: Cluster,
  queue: ChangeQueue,
  signal: AbortSignal,
): Promise<void> {
  const { namespace } = cluster.settings;
  const query = { labelSelector: selector(cluster) };
  const seen = listAndWatch<V1Job>(cluster.api, jobPath(namespace), query, signal);
  for await (const one of seen) {
    const jobs = one.type === 'LISTED' ? one.items : [one.object];
    for (const job of jobs) {
      const change = jobChange(cluster, job, one.type === 'DELETED');
      if (change !== null) queue.put({ kind: 'job', job: change });
      if (one.type !== 'DELETED') await vouch(cluster, queue, job);
    }
  }
}

/** From now on the pods of this Job are told of, though they do not say which attempt they are. */
async function vouch(cluster: Cluster, queue: ChangeQueue, job: V1Job): Promise<void> {
  const { jobs, memory, settings } = cluster;
  const { namespace = '', name = '', uid = '' } = job.metadata ?? {};
  if (!isFormer(job, settings.labelKeys) || memory.get(uid)?.former === true) return;
  memory.update(uid, { former: true });
  const pod = await jobs.podOf(namespace, name, uid);
  if (pod === null) return;
  const change = podChange(cluster, pod, await jobs.doubtfulNode(pod), false);
  if (change !== null) queue.put({ kind: 'job', job: change });
}

/** What a Job tells that its pod does not: that it is over when the pod is gone, or is gone itself. */
function jobChange(cluster: Cluster, job: V1Job, gone: boolean): Job | null {
  const { settings, memory } = cluster;
  const uid = job.metadata?.uid ?? '';
  const ref = refOfLabels(job.metadata?.labels, settings.labelKeys);
  if (ref === null) return null;
  const over = isFinished(job) || wasEnded(job);
  if (!gone) {
    const judged = judge(job, null, circumstances(cluster, uid, null));
    return over ? jobOf(ref, externalIdOf(job), null, judged) : null;
  }
  // One that is released leaves the selection by a label.
  if (job.metadata?.labels?.[RELEASED_LABEL] !== undefined) return null;
  const at = new Date();
  const evidence = `Job ${job.metadata?.name} was deleted, seen at ${at.toISOString()}`;
  memory.update(uid, { deleted: { at, finished: over, evidence } });
  return jobOf(ref, externalIdOf(job), null, stopped(unknownOutcome('its Job was deleted')));
}

async function followEvents(
  cluster: Cluster,
  queue: ChangeQueue,
  signal: AbortSignal,
): Promise<void> {
  const path = `/api/v1/namespaces/${cluster.settings.namespace}/events`;
  for await (const one of listAndWatch<CoreV1Event>(cluster.api, path, {}, signal)) {
    if (one.type === 'DELETED') continue;
    for (const event of one.type === 'LISTED' ? one.items : [one.object]) {
      takeEvent(queue, event);
    }
  }
}

function takeEvent(queue: ChangeQueue, event: CoreV1Event): void {
  const { kind, name = '', uid = '', namespace } = event.involvedObject;
  if (kind !== 'Pod' && kind !== 'Job') return;
  const ref = refOfName(name, kind);
  const id = event.metadata.uid;
  if (ref === null || id === undefined) return;
  const at = dateOf(event.lastTimestamp) ?? dateOf(event.eventTime) ?? dateOf(event.firstTimestamp);
  queue.put({
    kind: 'event',
    event: {
      ref,
      uid: id,
      count: event.series?.count ?? event.count ?? 1,
      at: at ?? dateOf(event.metadata.creationTimestamp) ?? new Date(),
      type: event.type ?? 'Normal',
      reason: event.reason ?? '',
      source: `${kind} ${name}`,
      message: event.message ?? '',
    },
  });
  // Without a pod, this is all there is to say why the run waits.
  if (kind === 'Job' && event.reason === 'FailedCreate') {
    const note = `its pod cannot be made: ${event.message ?? ''}`;
    const waits = { phase: 'PENDING' as const, startedAt: null, outcome: null, note, alive: false };
    queue.put({ kind: 'job', job: jobOf(ref, `${namespace}/${name}/${uid}`, null, waits) });
  }
}

/** Events and metrics are worth having, and a run does without. */
function unlessForbidden(part: Part): Part {
  return async (cluster, queue, signal) => {
    try {
      await part(cluster, queue, signal);
    } catch (error) {
      if (!(error instanceof KubeError && error.status === 403)) throw error;
    }
  };
}

async function followUsage(
  cluster: Cluster,
  queue: ChangeQueue,
  signal: AbortSignal,
): Promise<void> {
  const { usageSeconds } = cluster.settings;
  if (usageSeconds === 0) return;
  const peaks = new UsagePeaks();
  while (!signal.aborted) {
    const usages = await podUsage(cluster).catch(() => null);
    for (const usage of usages ?? []) {
      const peak = peaks.raise(usage);
      if (peak !== null) queue.put({ kind: 'usage', usage: peak });
    }
    const seconds = usageSeconds * (usages === null ? NO_METRICS_FACTOR : 1);
    await sleep(seconds * 1000, undefined, { signal }).catch(() => undefined);
  }
}
