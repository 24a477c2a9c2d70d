import type { V1Job } from '@kubernetes/client-node';
import type { JobRef } from '../../domain/lifecycle/messages.ts';
import { KubeError } from './api.ts';
import { jobName, refOfLabels, type LabelKeys } from './names.ts';
import { DEADLINE_MARGIN_SECONDS } from './spec.ts';
import type { Cluster } from './view.ts';

/*
 * Jobs that flotilla-os made (execution/adapter/eks_adapter.go). They are named for their runs as ours
 * are, but their pods do not say which attempt they are, and they are made to be forgotten: Kubernetes
 * drops them an hour after their end, and their deadline takes the pod away with its log.
 */

/** True for a Job of a run whose pods do not say an attempt. */
export function isFormer(job: V1Job, keys: LabelKeys): boolean {
  const labels = job.spec?.template.metadata?.labels;
  return refOfLabels(labels, keys) !== null && labels?.[keys.attempt] === undefined;
}

/**
 * Makes a Job of flotilla-os one of ours, once: it is listed and watched from then on, and Kubernetes
 * keeps it until its outcome and log are stored. Any other is left as it is. What runs is not touched.
 * @returns the Job as it is then
 * @throws KubeError
 */
export async function takenOver({ jobs, settings }: Cluster, job: V1Job): Promise<V1Job> {
  const { labelKeys: keys } = settings;
  const { namespace = '', name = '', uid, labels } = job.metadata ?? {};
  if (!isFormer(job, keys) || labels?.[keys.attempt] !== undefined) return job;
  const ref = refOfLabels(job.spec?.template.metadata?.labels, keys);
  const deadline = job.spec?.activeDeadlineSeconds;
  const patch = {
    metadata: {
      uid,
      labels: {
        [keys.runId]: ref?.runId,
        [keys.attempt]: String(ref?.attempt),
        'app.kubernetes.io/managed-by': 'flotilla',
      },
    },
    spec: {
      ttlSecondsAfterFinished: null,
      // From now on the run's workflow keeps the deadline.
      ...(deadline === undefined
        ? {}
        : { activeDeadlineSeconds: deadline + DEADLINE_MARGIN_SECONDS }),
    },
  };
  try {
    return (await jobs.patch(namespace, name, patch, 'merge')) ?? job;
  } catch (error) {
    // Another of its name has taken its place.
    if (error instanceof KubeError && error.status === 409) return job;
    throw error;
  }
}

/**
 * The Job that has an attempt's name: where the cluster's Jobs are, else where flotilla-os made all of
 * its own, whatever namespace the cluster named. Null when there is none. @throws KubeError
 */
export async function namedJob({ jobs, settings }: Cluster, ref: JobRef): Promise<V1Job | null> {
  const there = await jobs.get(settings.namespace, jobName(ref));
  const { formerNamespace } = settings;
  if (there !== null || formerNamespace === null || ref.attempt !== 1) return there;
  try {
    const former = await jobs.get(formerNamespace, ref.runId);
    return former !== null && isFormer(former, settings.labelKeys) ? former : null;
  } catch (error) {
    // Where the account may not look, nothing was left for it.
    if (error instanceof KubeError && error.status === 403) return null;
    throw error;
  }
}
