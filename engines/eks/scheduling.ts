import type { V1NodeSelectorRequirement, V1Toleration } from '@kubernetes/client-node';
import type { AttemptSpec } from '../engine.ts';
import { isLabelKey, labelValue } from './names.ts';

const NO_SCHEDULE = 'NoSchedule';
/** Of nodes that form a pool. */
export const POOL = 'flotilla-pool';

export interface Scheduling {
  /** All of them must hold; none for any node. */
  nodes: V1NodeSelectorRequirement[];
  tolerations: V1Toleration[];
}

/** Smallest cpu (millicores) and memory (megabytes) of each size of pool, the largest first. */
const SIZES = [
  { size: 'xl', cpu: 30_000, memory: 234_000 },
  { size: 'l', cpu: 14_000, memory: 100_000 },
  { size: 'm', cpu: 3_000, memory: 24_000 },
] as const;

/** The size of a job, which names the pool of nodes that it goes to where pools go by size. */
export function sizeOf(cpuMillicores: number, memoryMb: number): 's' | 'm' | 'l' | 'xl' {
  const size = SIZES.find(({ cpu, memory }) => cpuMillicores >= cpu || memoryMb >= memory);
  return size?.size ?? 's';
}

export const SHARED_POOLS = { s: 'standard', m: 'standard', l: 'large', xl: 'xl' } as const;

/**
 * Which nodes a job may go to: by capacity type, architecture, GPU, and the pools and teams of the
 * cluster, as in flotilla-os (eks_adapter.go, constructAffinity and constructTolerations).
 * @param karpenter whether the cluster's nodes say whether they are spot
 */
export function scheduling(spec: AttemptSpec, karpenter: boolean): Scheduling {
  const nodes: V1NodeSelectorRequirement[] = [];
  const tolerations: V1Toleration[] = [];
  const hasGpu = spec.resources.gpu > 0;
  if (karpenter) {
    const onDemand = hasGpu || spec.nodeLifecycle === 'ondemand';
    nodes.push(oneOf('karpenter.sh/capacity-type', ...(onDemand ? [] : ['spot']), 'on-demand'));
  }
  nodes.push(oneOf('kubernetes.io/arch', spec.arch === 'arm64' ? 'arm64' : 'amd64'));
  if (hasGpu) tolerations.push(tolerate('nvidia.com/gpu', 'true'));
  const team = teamOf(spec);
  if (team !== '' && !hasGpu && spec.labels['kube_task_type'] !== 'wait_for_data') {
    const pool = poolOf(spec, team);
    nodes.push(...pool.nodes);
    tolerations.push(...pool.tolerations);
  }
  return { nodes, tolerations };
}

/** The team that a run says it is of, as nodes have it; empty for none. */
export function teamOf({ labels }: Pick<AttemptSpec, 'labels'>): string {
  const said = labels['team'] ?? '';
  // Kubernetes refuses what could be no label of a node; a key may have a slash, and a value may not.
  return isLabelKey(said) && !said.includes('/') ? said : labelValue(said);
}

function poolOf(spec: AttemptSpec, team: string): Scheduling {
  const { cpuMillicores, memoryMb } = spec.resources;
  const size = sizeOf(cpuMillicores ?? 0, memoryMb ?? 0);
  if (spec.capabilities.includes('shared-pool')) {
    const pool = SHARED_POOLS[size];
    return { nodes: [oneOf(POOL, pool)], tolerations: [tolerate(POOL, pool)] };
  }
  const own = { nodes: [oneOf('team', team)], tolerations: [tolerate(team, 'true')] };
  if (!spec.capabilities.includes('pool-sizing')) return own;
  return {
    nodes: [...own.nodes, oneOf(POOL, size)],
    tolerations: [...own.tolerations, tolerate(POOL, size)],
  };
}

export function oneOf(key: string, ...values: string[]): V1NodeSelectorRequirement {
  return { key, operator: 'In', values };
}

export function tolerate(key: string, value: string): V1Toleration {
  return { key, operator: 'Equal', value, effect: NO_SCHEDULE };
}
