import type { V1Job, V1Pod } from '@kubernetes/client-node';
import type { JobRef } from '../../domain/lifecycle/messages.ts';
import { outcomeWith } from '../../domain/outcome.ts';
import type { Found, Job, Place } from '../engine.ts';
import { stopped, type Judgement } from '../judgement.ts';
import type { KubeApi } from './api.ts';
import type { Jobs } from './jobs.ts';
import type { Memory } from './memory.ts';
import { externalIdOf, jobUidOf, parseExternalId, refOfLabels, refOfName } from './names.ts';
import { deletedByHand } from './ended.ts';
import { byDeadline, judge, type Circumstances, type NodeState } from './outcome.ts';
import { mainContainer, wasEnded } from './pod.ts';
import type { EksSettings } from './settings.ts';

/** One cluster, as the parts of the engine work with it. */
export interface Cluster {
  api: KubeApi;
  settings: EksSettings;
  jobs: Jobs;
  memory: Memory;
}

/** What there is of an attempt beside its Job. */
export interface View {
  pod: V1Pod | null;
  node: NodeState | null;
}

const NOTHING: View = { pod: null, node: null };

/** The circumstances of a judgement, as far as they are known without asking. */
export function circumstances(
  { settings, memory }: Pick<Cluster, 'settings' | 'memory'>,
  jobUid: string | null,
  node: NodeState | null,
): Circumstances {
  return { now: new Date(), settings, pullError: memory.get(jobUid)?.pullError ?? null, node };
}

/** An attempt's Job as the contract has it. */
export function viewOf(cluster: Cluster, ref: JobRef, job: V1Job, view: View = NOTHING): Job {
  const by = circumstances(cluster, job.metadata?.uid ?? null, view.node);
  return jobOf(ref, externalIdOf(job), view.pod, judge(job, view.pod, by));
}

export function jobOf(ref: JobRef, externalId: string, pod: V1Pod | null, judged: Judgement): Job {
  const { phase, startedAt, outcome: known, note, alive } = judged;
  const { runId, attempt } = ref;
  const place = pod === null ? null : placeOf(pod);
  return { runId, attempt, externalId, phase, startedAt, outcome: known, alive, note, place };
}

export function placeOf(pod: V1Pod): Place {
  return {
    host: pod.spec?.nodeName ?? null,
    pod: pod.metadata?.name ?? null,
    namespace: pod.metadata?.namespace ?? null,
    container: mainContainer(pod),
  };
}

/** What there is of a job: by its Job, its pod that outlived the Job, or what a watch has seen of it. */
export async function foundOf(
  cluster: Cluster,
  externalId: string,
  job: V1Job | null,
  pod: V1Pod | null,
): Promise<Found> {
  const { name, uid } = parseExternalId(externalId);
  const keys = cluster.settings.labelKeys;
  const labels = pod?.metadata?.labels ?? job?.spec?.template.metadata?.labels;
  const ref = refOfLabels(labels, keys) ?? refOfName(name, 'Job');
  if (ref === null) return { kind: 'unknown', reason: `${name} is no job of a run` };
  const found = (judged: Judgement): Found => ({
    kind: 'found',
    job: jobOf(ref, externalId, pod, judged),
  });
  const node = pod === null ? null : await cluster.jobs.doubtfulNode(pod);
  const jobUid = job?.metadata?.uid ?? uid ?? (pod === null ? null : jobUidOf(pod));
  const by = circumstances(cluster, jobUid, node);
  const seen = cluster.memory.get(jobUid);
  if (job !== null) {
    // Who saw the pod knows more than a Job says when the pod is gone.
    const known = pod === null && !wasEnded(job) ? seen?.outcome : null;
    return found(known == null ? judge(job, pod, by) : byDeadline(job, stopped(known)));
  }
  if (pod !== null) {
    const judged = judge(null, pod, by);
    return found(
      judged.phase === 'STOPPED'
        ? judged
        : { ...judged, note: 'its Job was deleted; its pod goes on' },
    );
  }
  if (seen?.outcome != null) return found(stopped(seen.outcome));
  if (seen?.deleted?.finished === false) {
    return found(stopped(outcomeWith(deletedByHand(seen.deleted.evidence))));
  }
  return { kind: 'absent' };
}
