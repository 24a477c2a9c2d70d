import type { V1Job, V1Node, V1Pod } from '@kubernetes/client-node';
import type { JobRef } from '../../domain/lifecycle/messages.ts';
import { KubeError, type KubeApi } from './api.ts';
import { listAll } from './list-watch.ts';
import { jobUidOf } from './names.ts';
import { type NodeState } from './outcome.ts';
import { conditionOf, dateOf, disruptionOf, mainState } from './pod.ts';

const OUT_OF_SERVICE = 'node.kubernetes.io/out-of-service';

/** Pods whose names are remembered. */
const MOST_NAMES = 5_000;

/** What is asked of an API server about jobs: each method is a request or two. */
export class Jobs {
  readonly #api: KubeApi;
  /** Of Jobs, by their uid, the pod that was seen last; the oldest first. */
  readonly #podNames = new Map<string, string>();

  constructor(api: KubeApi) {
    this.#api = api;
  }

  /** Null when there is none of that name. @throws KubeError */
  async get(namespace: string, name: string): Promise<V1Job | null> {
    return orNull(this.#api.json<V1Job>('GET', jobPath(namespace, name)));
  }

  /** @throws KubeError: 409 when there is one of that name */
  async create(job: V1Job): Promise<V1Job> {
    return this.#api.json<V1Job>('POST', jobPath(job.metadata?.namespace ?? ''), { body: job });
  }

  /** Null when it is gone. @throws KubeError: 422 when a `test` of a JSON patch fails */
  async patch(
    namespace: string,
    name: string,
    body: unknown,
    kind: 'json' | 'merge',
  ): Promise<V1Job | null> {
    const contentType =
      kind === 'json' ? 'application/json-patch+json' : 'application/merge-patch+json';
    return orNull(this.#api.json<V1Job>('PATCH', jobPath(namespace, name), { body, contentType }));
  }

  /** With its pods. One that is gone, or another of its name, is left. @throws KubeError */
  async remove(job: V1Job): Promise<void> {
    const { namespace = '', name = '', uid } = job.metadata ?? {};
    const body = {
      propagationPolicy: 'Background',
      ...(uid === undefined ? {} : { preconditions: { uid } }),
    };
    await unlessGone(this.#api.json('DELETE', jobPath(namespace, name), { body }));
  }

  /**
   * The pod of a Job; of several the one that lives, or the last. Null when there is none. One that was seen
   * before is asked for by name: a list may wait in the API server until its cache has caught up.
   */
  async podOf(namespace: string, name: string, uid: string | null): Promise<V1Pod | null> {
    const known = uid === null ? null : await this.#knownPod(namespace, uid);
    if (known !== null) return known;
    const query = { labelSelector: `job-name=${name}` };
    let found: V1Pod | null = null;
    for await (const pod of listAll<V1Pod>(this.#api, podPath(namespace), query)) {
      if (uid !== null && jobUidOf(pod) !== uid) continue;
      if (found === null || isLater(pod, found)) found = pod;
    }
    if (uid !== null && found?.metadata?.name !== undefined) this.#know(uid, found.metadata.name);
    return found;
  }

  /** Null unless it is certain to be the one. */
  async #knownPod(namespace: string, uid: string): Promise<V1Pod | null> {
    const name = this.#podNames.get(uid);
    if (name === undefined) return null;
    try {
      const pod = await orNull(this.#api.json<V1Pod>('GET', podPath(namespace, name)));
      if (pod !== null && jobUidOf(pod) === uid && !mayBeReplaced(pod)) return pod;
    } catch (error) {
      // Whoever may only list can do that.
      if (!(error instanceof KubeError) || error.status !== 403) throw error;
    }
    this.#podNames.delete(uid);
    return null;
  }

  #know(uid: string, name: string): void {
    this.#podNames.delete(uid);
    this.#podNames.set(uid, name);
    const [oldest] = this.#podNames.keys();
    if (this.#podNames.size > MOST_NAMES && oldest !== undefined) this.#podNames.delete(oldest);
  }

  /** @throws KubeError */
  async removePod(pod: V1Pod, graceSeconds: number): Promise<void> {
    const { namespace = '', name = '', uid } = pod.metadata ?? {};
    const body = {
      gracePeriodSeconds: graceSeconds,
      ...(uid === undefined ? {} : { preconditions: { uid } }),
    };
    await unlessGone(this.#api.json('DELETE', podPath(namespace, name), { body }));
  }

  /** The node of a pod whose kubelet may be silent; null while nothing is in doubt. */
  async doubtfulNode(pod: V1Pod): Promise<NodeState | null> {
    const name = pod.spec?.nodeName;
    const doubt = doubtOf(pod, new Date());
    if (name === undefined || doubt === null) return null;
    const since = dateOf(conditionOf(pod, 'Ready')?.lastTransitionTime);
    try {
      return nodeState(name, await this.#api.json<V1Node>('GET', `/api/v1/nodes/${name}`));
    } catch (error) {
      if (error instanceof KubeError && error.status === 404) {
        return { name, state: 'fenced', since, evidence: `node ${name} was deleted` };
      }
      // Without leave to look at nodes, only the pod tells.
      if (doubt === 'waiting') return null;
      return silentNode(name, since);
    }
  }
}

/** After which a container that does not run makes its node worth a look. */
const START_MS = 30_000;

/**
 * Why the kubelet of a pod's node may be silent; null when nothing speaks for it (pure).
 *
 * - `told`: the node controller, and not the kubelet, says that the pod is not ready: it turns the
 *   condition over and gives no reason (MarkPodsNotReady), where a kubelet always gives one.
 * - `waiting`: it has a node, and its container does not run for long. Of a pod that was never ready
 *   the node controller has nothing to turn over.
 */
export function doubtOf(pod: V1Pod, now: Date): 'told' | 'waiting' | null {
  if (pod.spec?.nodeName === undefined || /Succeeded|Failed/.test(pod.status?.phase ?? '')) {
    return null;
  }
  const ready = conditionOf(pod, 'Ready');
  if (ready?.status === 'False' && /^(NodeNotReady)?$/.test(ready.reason ?? '')) return 'told';
  const state = mainState(pod);
  if (state?.running !== undefined || state?.terminated !== undefined) return null;
  const scheduledAt = dateOf(conditionOf(pod, 'PodScheduled')?.lastTransitionTime);
  const waits = scheduledAt !== null && now.getTime() - scheduledAt.getTime() > START_MS;
  return waits ? 'waiting' : null;
}

function silentNode(name: string, since: Date | null): NodeState {
  const evidence = `node ${name} is not ready since ${since?.toISOString() ?? 'some time'}`;
  return { name, state: 'silent', since, evidence };
}

function nodeState(name: string, node: V1Node): NodeState {
  const ready = node.status?.conditions?.find((one) => one.type === 'Ready');
  const since = dateOf(ready?.lastTransitionTime);
  if (node.spec?.taints?.some((taint) => taint.key === OUT_OF_SERVICE) === true) {
    return { name, state: 'fenced', since, evidence: `node ${name} is tainted out-of-service` };
  }
  if (ready?.status === 'True') {
    return { name, state: 'ready', since, evidence: `node ${name} is ready` };
  }
  return silentNode(name, since);
}

/** A Job of ours makes one pod, and another one at most where that was taken away from it. */
function mayBeReplaced(pod: V1Pod): boolean {
  if (pod.metadata?.deletionTimestamp !== undefined) return true;
  return pod.status?.phase === 'Failed' && disruptionOf(pod) !== null;
}

function isLater(pod: V1Pod, than: V1Pod): boolean {
  const [ends, other] = [pod, than].map(({ status }) =>
    /Succeeded|Failed/.test(status?.phase ?? ''),
  );
  if (ends !== other) return other === true;
  const [at, before] = [pod, than].map((one) => dateOf(one.metadata?.creationTimestamp)?.getTime());
  return (at ?? 0) > (before ?? 0);
}

export function jobPath(namespace: string, name?: string): string {
  const path = `/apis/batch/v1/namespaces/${namespace}/jobs`;
  return name === undefined ? path : `${path}/${name}`;
}

export function podPath(namespace: string, name?: string): string {
  const path = `/api/v1/namespaces/${namespace}/pods`;
  return name === undefined ? path : `${path}/${name}`;
}

async function orNull<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof KubeError && error.status === 404) return null;
    throw error;
  }
}

/** 404: it is gone; 409: a precondition did not hold, it is another. */
async function unlessGone(answer: Promise<unknown>): Promise<void> {
  try {
    await answer;
  } catch (error) {
    if (!(error instanceof KubeError) || (error.status !== 404 && error.status !== 409))
      throw error;
  }
}

/** For errors and logs. */
export function nameOf(ref: JobRef): string {
  return `attempt ${ref.attempt} of ${ref.runId}`;
}
