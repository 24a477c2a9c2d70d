import type { V1Job, V1Pod } from '@kubernetes/client-node';
import type { JobRef } from '../../domain/lifecycle/messages.ts';
import type { Job } from '../engine.ts';
import { doubtOf, jobPath, podPath } from './jobs.ts';
import { listAll } from './list-watch.ts';
import {
  ENDED_ANNOTATION,
  externalIdOf,
  jobUidOf,
  OUTCOME_ANNOTATION,
  refOfLabels,
  RELEASED_LABEL,
} from './names.ts';
import { judge, type NodeState } from './outcome.ts';
import { circumstances, jobOf, type Cluster } from './view.ts';

/** Selects what is ours and not released. */
export function selector({ settings }: Cluster): string {
  return `${settings.labelKeys.runId},${settings.labelKeys.attempt},!${RELEASED_LABEL}`;
}

interface Listed {
  ref: JobRef;
  job: Job;
  /** As much of the object as judging it takes. */
  slim: V1Job;
}

/** All our jobs that were not released, in bulk: no request for each. @throws KubeError */
export async function listJobs(cluster: Cluster): Promise<Job[]> {
  const { api, settings } = cluster;
  const found = new Map<string, Listed>();
  const query = { labelSelector: selector(cluster) };
  for await (const job of listAll<V1Job>(api, jobPath(settings.namespace), query)) {
    const ref = refOfLabels(job.metadata?.labels, settings.labelKeys);
    const uid = job.metadata?.uid;
    if (ref === null || uid === undefined) continue;
    const judged = judge(job, null, circumstances(cluster, uid, null));
    found.set(uid, { ref, job: jobOf(ref, externalIdOf(job), null, judged), slim: slimmed(job) });
  }
  const nodes = new Map<string, NodeState | null>();
  // Those of flotilla-os do not say an attempt: their Jobs do, once they are ours.
  const pods = { labelSelector: settings.labelKeys.runId };
  for await (const pod of listAll<V1Pod>(api, podPath(settings.namespace), pods)) {
    const uid = jobUidOf(pod);
    const one = uid === null ? undefined : found.get(uid);
    if (one === undefined) {
      addOrphan(cluster, pod, found);
      continue;
    }
    const node = await nodeOf(cluster, pod, nodes);
    const judged = judge(one.slim, pod, circumstances(cluster, uid, node));
    one.job = jobOf(one.ref, one.job.externalId, pod, judged);
  }
  return [...found.values()].map(({ job }) => job);
}

function slimmed(job: V1Job): V1Job {
  const { annotations = {}, name, namespace, uid } = job.metadata ?? {};
  const kept = Object.entries(annotations).filter(
    ([key]) => key === ENDED_ANNOTATION || key === OUTCOME_ANNOTATION,
  );
  return {
    metadata: {
      annotations: Object.fromEntries(kept),
      ...(name === undefined ? {} : { name }),
      ...(namespace === undefined ? {} : { namespace }),
      ...(uid === undefined ? {} : { uid }),
    },
    ...(job.status === undefined ? {} : { status: job.status }),
  };
}

/** A pod that outlived its Job still runs for somebody. */
function addOrphan(cluster: Cluster, pod: V1Pod, found: Map<string, Listed>): void {
  const labels = pod.metadata?.labels;
  const ref = refOfLabels(labels, cluster.settings.labelKeys);
  const uid = jobUidOf(pod);
  const name = labels?.['job-name'];
  if (labels?.[cluster.settings.labelKeys.attempt] === undefined) return;
  if (ref === null || uid === null || name === undefined) return;
  // One that is to go with its Job still names it.
  if (pod.metadata?.ownerReferences?.some(({ kind }) => kind === 'Job') === true) return;
  if (/Succeeded|Failed/.test(pod.status?.phase ?? '')) return;
  const judged = judge(null, pod, circumstances(cluster, uid, null));
  const job = jobOf(ref, `${pod.metadata?.namespace}/${name}/${uid}`, pod, judged);
  found.set(uid, { ref, job, slim: {} });
}

/** The node of a pod where it is in doubt; each is asked for once. */
export async function nodeOf(
  cluster: Cluster,
  pod: V1Pod,
  known: Map<string, NodeState | null>,
): Promise<NodeState | null> {
  const doubt = doubtOf(pod, new Date());
  if (doubt === null) return null;
  const key = `${doubt} ${pod.spec?.nodeName}`;
  if (!known.has(key)) known.set(key, await cluster.jobs.doubtfulNode(pod));
  return known.get(key) ?? null;
}
