import { join } from 'node:path';

/** What there is to know of a cluster of our own; a value, so that other processes can attach to it. */
export interface ClusterFacts {
  /** Also the name of the context in its kubeconfigs. */
  name: string;
  /** Directory of everything that it writes. */
  root: string;
  /** Name of its network namespace and of its control groups; no two clusters share it. */
  id: string;
  /** The one binary of Kubernetes. */
  binary: string;
  nodes: number;
  /** Whether there is a registry. */
  registry: boolean;
  /** On loopback, outside the namespace. */
  apiPort: number;
  /** The namespace of the jobs. */
  namespace: string;
  /** Over the defaults, in the words of KubeletConfiguration. */
  kubelet: Record<string, unknown>;
}

/** Addresses and ports inside a cluster's network: every cluster has a network of its own. */
export const INSIDE = {
  bridge: 'kcni0',
  subnet: '10.88.0.0/24',
  gateway: '10.88.0.1',
  firstPod: '10.88.0.16',
  services: '10.96.0.0/24',
  firstService: '10.96.0.1',
  api: 6443,
  etcd: 2379,
  etcdPeer: 2380,
  kubelet: 10250,
  registry: 5000,
  ledger: 9000,
  metrics: 9443,
} as const;

export const MOST_NODES = 9;

/** The nodes share the bridge, each with an address of its own; the kubelet refuses loopback. */
export function nodeAddress(node: number): string {
  return `10.88.0.${node}`;
}

export function netOf(facts: ClusterFacts): string {
  return `/run/netns/${facts.id}`;
}

/** The control group of what runs beside the nodes, and of a node's own programs and containers. */
export function cgroupsOf(facts: ClusterFacts, node?: number): { programs: string; pods: string } {
  const name = node === undefined ? 'control' : `node${node}`;
  return { programs: `/${facts.id}/${name}-programs`, pods: `/${facts.id}/${name}` };
}

export function pathsOf(facts: ClusterFacts): {
  pki: string;
  cni: string;
  ipam: string;
  ledger: string;
  metrics: string;
  adminOutside: string;
  adminInside: string;
  restricted: string;
} {
  const at = (name: string): string => join(facts.root, name);
  return {
    pki: at('pki'),
    cni: at('cni'),
    ipam: at('ipam'),
    ledger: at('ledger.txt'),
    metrics: at('metrics.json'),
    adminOutside: at('admin.conf'),
    adminInside: at('inside.conf'),
    restricted: at('restricted.conf'),
  };
}
