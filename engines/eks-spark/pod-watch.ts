import { setTimeout as sleep } from 'node:timers/promises';
import type { V1Pod } from '@kubernetes/client-node';
import type { ChangeQueue } from '../change-queue.ts';
import type { KubeApi } from '../eks/api.ts';
import { listAndWatch } from '../eks/list-watch.ts';
import { factsOfPod, JOB_LABEL } from './pods.ts';
import type { Cluster } from './view.ts';

/** Until a watch that broke off is begun again. */
const AGAIN_MS = 5_000;

/** Where the pods of Spark jobs are. */
export interface PodSource {
  api: KubeApi;
  namespace: string;
}

/**
 * Tells what the pods of Spark jobs say, until the signal. EMR tells by itself how a job ended: while
 * Kubernetes does not answer, nothing is missing but what only pods know.
 */
export async function watchPods(
  cluster: Cluster,
  queue: ChangeQueue,
  signal: AbortSignal,
): Promise<void> {
  const { pods } = cluster;
  if (pods === null) return;
  const path = `/api/v1/namespaces/${pods.namespace}/pods`;
  while (!signal.aborted) {
    try {
      const query = { labelSelector: JOB_LABEL };
      for await (const seen of listAndWatch<V1Pod>(pods.api, path, query, signal)) {
        const some = seen.type === 'LISTED' ? seen.items : [seen.object];
        for (const pod of some) take(cluster, queue, pod);
      }
    } catch {
      // The next one begins with a list.
    }
    await sleep(AGAIN_MS, undefined, { signal }).catch(() => undefined);
  }
}

function take({ region, settings }: Cluster, queue: ChangeQueue, pod: V1Pod): void {
  const told = factsOfPod(pod, settings);
  if (told === null) return;
  const { ref, jobId, facts, executor } = told;
  const before = region.facts.get(jobId) ?? {};
  const after = { ...before, ...facts };
  if (JSON.stringify(after) !== JSON.stringify(before)) {
    region.facts.set(jobId, after);
    queue.put({ kind: 'spark', ref, facts });
  }
  const { uid, creationTimestamp } = pod.metadata ?? {};
  if (executor === null || uid === undefined) return;
  const known = `${jobId}/${uid}`;
  if (region.executors.get(known) !== undefined) return;
  region.executors.set(known, true);
  queue.put({
    kind: 'event',
    event: {
      ref,
      uid,
      count: 1,
      at: new Date(creationTimestamp ?? Date.now()),
      type: 'Normal',
      reason: 'ExecutorCreated',
      source: executor,
      message: `executor ${executor}`,
    },
  });
}
