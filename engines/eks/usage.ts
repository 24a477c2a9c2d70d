import type { JobUsage } from '../engine.ts';
import { refOfLabels } from './names.ts';
import type { Cluster } from './view.ts';

const BYTES_PER_MEGABYTE = 1_000_000;

interface PodMetrics {
  metadata: { labels?: Record<string, string> };
  containers: { usage: { cpu?: string; memory?: string } }[];
}

/** What our pods use now, by metrics.k8s.io, where a cluster has that. @throws KubeError */
export async function podUsage({ api, settings }: Cluster): Promise<JobUsage[]> {
  const path = `/apis/metrics.k8s.io/v1beta1/namespaces/${settings.namespace}/pods`;
  const { items } = await api.json<{ items: PodMetrics[] }>('GET', path, {
    query: { labelSelector: settings.labelKeys.runId },
  });
  return items.flatMap(({ metadata, containers }) => {
    const ref = refOfLabels(metadata.labels, settings.labelKeys);
    if (ref === null) return [];
    const sum = (resource: 'cpu' | 'memory'): number =>
      containers.reduce((all, { usage }) => all + scalar(usage[resource]), 0);
    const memoryMb = Math.ceil(sum('memory') / BYTES_PER_MEGABYTE);
    return [{ ref, memoryMb, cpuMillicores: Math.ceil(sum('cpu') * 1000) }];
  });
}

const FACTORS: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/** A quantity such as `12345n`, `250m` or `64Mi`; 0 for what is none. */
export function scalar(quantity: string | undefined): number {
  const match = /^([\d.]+(?:[eE][+-]?\d+)?)([a-zA-Z]*)$/.exec(quantity ?? '');
  if (match === null) return 0;
  return Number(match[1]) * (match[2] === '' ? 1 : (FACTORS[match[2] ?? ''] ?? 0));
}
