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
