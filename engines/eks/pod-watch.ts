import type { V1Pod } from '@kubernetes/client-node';
import { podPath } from './jobs.ts';
import { listAndWatch } from './list-watch.ts';
import type { Cluster } from './view.ts';

/** Follows one pod to its end: what a pod says last is gone with it. */
export interface PodWatch {
  readonly last: V1Pod;
  readonly gone: boolean;
  /** Resolves at the next change. */
  changed(): Promise<void>;
  close(): void;
}

export function podWatch(cluster: Cluster, pod: V1Pod, signal: AbortSignal): PodWatch {
  const { namespace = '', name = '', uid } = pod.metadata ?? {};
  const closing = new AbortController();
  const state = { last: pod, gone: false };
  let wake: (() => void)[] = [];
  const ring = (): void => {
    for (const one of wake) one();
    wake = [];
  };
  const take = (seen: V1Pod | null): void => {
    if (seen === null || seen.metadata?.uid !== uid) state.gone = true;
    else state.last = seen;
    ring();
  };
  const run = async (): Promise<void> => {
    const query = { fieldSelector: `metadata.name=${name}` };
    const end = AbortSignal.any([signal, closing.signal]);
    for await (const seen of listAndWatch<V1Pod>(cluster.api, podPath(namespace), query, end)) {
      if (seen.type === 'LISTED') take(seen.items[0] ?? null);
      else if (seen.object.metadata?.uid === uid) {
        take(seen.object);
        if (seen.type === 'DELETED') state.gone = true;
        ring();
      }
    }
  };
  // Without it, the caller's time is over at some point and it says so.
  run().catch(() => undefined);
  return {
    get last() {
      return state.last;
    },
    get gone() {
      return state.gone;
    },
    changed: () => new Promise((resolve) => wake.push(resolve)),
    close: () => closing.abort(),
  };
}
