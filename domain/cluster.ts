import type { EngineName } from './engine-name.ts';

/** `maintenance` and `offline`: nothing starts there; what runs goes on. */
export const CLUSTER_STATUSES = ['active', 'maintenance', 'offline'] as const;
export type ClusterStatus = (typeof CLUSTER_STATUSES)[number];

/** What callers write of a cluster. */
export interface ClusterBody {
  name: string;
  clusterVersion: string;
  status: ClusterStatus;
  statusReason: string;
  allowedTiers: string[];
  capabilities: string[];
  region: string;
  namespace: string;
  emrVirtualCluster: string;
  sparkServerUri: string;
}

/** What v8 writes of a cluster: absent is left as it is, a limit of null is none. */
export interface ClusterPatch {
  status?: ClusterStatus;
  statusReason?: string;
  allowedTiers?: string[];
  capabilities?: string[];
  region?: string;
  namespace?: string;
  slotLimit?: number | null;
}

export interface NewCluster extends ClusterPatch {
  name: string;
  engine: EngineName;
}
