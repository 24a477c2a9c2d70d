import type { Schemas } from '../../../client/client.ts';
import { numberOf, type NumberText } from '../../parts/number-text.ts';

/** Engines that a cluster can be of, as the API has them. */
export const ENGINES: { value: Schemas['NewCluster']['engine']; label: string }[] = [
  { value: 'local', label: 'local: processes of the worker' },
  { value: 'eks', label: 'eks: Jobs of Kubernetes' },
  { value: 'ecs', label: 'ecs: tasks of Amazon ECS' },
];

export interface ClusterValues {
  name: string;
  engine: Schemas['NewCluster']['engine'];
  status: Schemas['Cluster']['status'];
  status_reason: string;
  region: string;
  namespace: string;
  slot_limit: NumberText;
  allowed_tiers: string[];
  capabilities: string[];
}

export const CLUSTER_INPUTS = [
  ...['name', 'engine', 'status', 'status_reason', 'region', 'namespace', 'slot_limit'],
  ...['allowed_tiers', 'capabilities'],
];

export function valuesOf(cluster: Schemas['Cluster'] | null): ClusterValues {
  return {
    name: cluster?.name ?? '',
    engine: (cluster?.engine ?? 'eks') as ClusterValues['engine'],
    status: cluster?.status ?? 'active',
    status_reason: cluster?.status_reason ?? '',
    region: cluster?.region ?? '',
    namespace: cluster?.namespace ?? '',
    slot_limit: cluster?.slot_limit ?? '',
    allowed_tiers: cluster?.allowed_tiers ?? [],
    capabilities: cluster?.capabilities ?? [],
  };
}

/** What can be changed, and is. */
export function patchOf(before: ClusterValues, after: ClusterValues): Schemas['ClusterPatch'] {
  const was = fieldsOf(before);
  const named = Object.entries(fieldsOf(after)).filter(
    ([key, value]) => JSON.stringify(value) !== JSON.stringify(was[key as keyof typeof was]),
  );
  return Object.fromEntries(named);
}

export function newClusterOf(values: ClusterValues): Schemas['NewCluster'] {
  return { name: values.name.trim(), engine: values.engine, ...fieldsOf(values) };
}

function fieldsOf(values: ClusterValues): Required<Schemas['ClusterPatch']> {
  return {
    status: values.status,
    status_reason: values.status_reason.trim(),
    region: values.region.trim(),
    namespace: values.namespace.trim(),
    slot_limit: numberOf(values.slot_limit),
    allowed_tiers: values.allowed_tiers,
    capabilities: values.capabilities,
  };
}
