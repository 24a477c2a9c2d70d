import type { V1Affinity, V1NodeSelectorRequirement, V1Toleration } from '@kubernetes/client-node';
import { jvmMib, submitSetting } from '../../domain/spark-memory.ts';
import { oneOf, POOL, SHARED_POOLS, sizeOf, teamOf, tolerate } from '../eks/scheduling.ts';
import type { AttemptSpec } from '../engine.ts';
import type { SparkSettings } from './settings.ts';

export type Role = 'driver' | 'executor';

/** The least that counts for a pod's size; millicores and megabytes. */
const LEAST = { cpu: 256, memory: 512 };
const CAPACITY = 'karpenter.sh/capacity-type';
const ZONE = 'topology.kubernetes.io/zone';

export interface SparkScheduling {
  affinity: V1Affinity;
  tolerations: V1Toleration[];
}

/**
 * Which nodes the pods of a Spark job go to (pure), as in flotilla-os (emr_engine.go, constructAffinity and
 * constructTolerations): drivers on demand; by pool or team, else on nodes for EMR; near each other.
 */
export function sparkScheduling(
  spec: AttemptSpec,
  role: Role,
  settings: SparkSettings,
): SparkScheduling {
  const onDemand = role === 'driver' || spec.nodeLifecycle === 'ondemand';
  const pool = poolOf(spec, role);
  const nodes = [
    ...(settings.karpenter ? [oneOf(CAPACITY, ...(onDemand ? [] : ['spot']), 'on-demand')] : []),
    oneOf('kubernetes.io/arch', spec.arch === 'arm64' ? 'arm64' : 'amd64'),
    ...pool.nodes,
  ];
  const preferred = {
    weight: 50,
    preference: { matchExpressions: [oneOf(CAPACITY, onDemand ? 'on-demand' : 'spot')] },
  };
  const near = {
    labelSelector: { matchLabels: { [settings.labelKeys.runId]: spec.runId } },
    topologyKey: ZONE,
  };
  return {
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchExpressions: nodes }],
        },
        ...(settings.karpenter
          ? { preferredDuringSchedulingIgnoredDuringExecution: [preferred] }
          : {}),
      },
      podAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 40, podAffinityTerm: near }],
      },
    },
    tolerations: [tolerate('emr', 'true'), ...pool.tolerations],
  };
}

interface Pool {
  nodes: V1NodeSelectorRequirement[];
  tolerations: V1Toleration[];
}

function poolOf(spec: AttemptSpec, role: Role): Pool {
  const size = poolSize(spec, role);
  if (spec.capabilities.includes('shared-pool')) {
    const pool = SHARED_POOLS[size];
    return { nodes: [oneOf(POOL, pool)], tolerations: [tolerate(POOL, pool)] };
  }
  const team = teamOf(spec);
  if (team === '') return { nodes: [oneOf('emr', 'true')], tolerations: [] };
  const sized = spec.capabilities.includes('pool-sizing');
  return {
    nodes: [oneOf('team', team), ...(sized ? [oneOf(POOL, size)] : [])],
    tolerations: [tolerate(team, 'true'), ...(sized ? [tolerate(POOL, size)] : [])],
  };
}

/** By the greater of what the run asks for and what Spark is told; MiB count as megabytes there. */
function poolSize(spec: AttemptSpec, role: Role): 's' | 'm' | 'l' | 'xl' {
  const { cpuMillicores, memoryMb } = spec.resources;
  const cores = Number(submitSetting(spec.spark, `spark.${role}.cores`) ?? 0);
  const own = spec.spark?.spark_submit_job_driver?.executor_memory;
  const memory =
    role === 'executor' && own !== undefined
      ? own
      : jvmMib(submitSetting(spec.spark, `spark.${role}.memory`));
  return sizeOf(
    Math.max(cpuMillicores || LEAST.cpu, Number.isInteger(cores) ? cores * 1000 : 0),
    Math.max(memoryMb || LEAST.memory, memory),
  );
}
