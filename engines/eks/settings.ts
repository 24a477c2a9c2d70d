import type { V1PodSecurityContext, V1SecurityContext } from '@kubernetes/client-node';
import type { LabelKeys } from './names.ts';

/** How jobs are run on one cluster. */
export interface EksSettings {
  cluster: string;
  /** Of the jobs. */
  namespace: string;
  /** Where flotilla-os made its Jobs, if that is another one; null else. */
  formerNamespace: string | null;
  /** `flotilla_mode`, a label of every pod. */
  mode: string;
  /** Of jobs that name none; null for the namespace's own. */
  serviceAccount: string | null;
  schedulerName: string;
  labelKeys: LabelKeys;
  imagePullPolicy: 'Always' | 'IfNotPresent' | 'Never';
  imagePullSecrets: readonly string[];
  priorityClass: string | null;
  podSecurityContext: V1PodSecurityContext | null;
  securityContext: V1SecurityContext | null;
  /** Whether a definition with requires_docker gets the node's docker socket. */
  dockerSocket: boolean;
  /** Name of the secret that the variables of a lakekeeper come from, where there is one. */
  lakekeeperSecret: string | null;
  /** Whether jobs choose nodes by the labels of Karpenter; `auto`: where the cluster has its API. */
  karpenter: 'auto' | 'always' | 'never';
  /** Seconds between TERM and KILL for what Kubernetes ends by itself. */
  graceSeconds: number;
  /** Seconds that Kubernetes keeps a Job whose outcome and log are stored. */
  ttlSeconds: number;
  /** Seconds after which an image that the registry does not have, or refuses, ends the run. */
  imageRefusedSeconds: number;
  /** Seconds after which an image that could not be fetched is left to another attempt. */
  imageUnreachableSeconds: number;
  /** Seconds after which a node that is not ready counts as lost unconfirmed; 0 for never. */
  hostLostSeconds: number;
  /** Seconds between two looks at what pods use; 0 for none. */
  usageSeconds: number;
  /** Whether a ConfigMap tells which teams have run jobs. */
  teamRegistry: boolean;
}

/** What a cluster can do, by its version and its APIs. */
export interface Features {
  version: string;
  /** From 1.26 on: a Job tells the exit code of a pod that is gone. */
  podFailurePolicy: boolean;
  /** From 1.29 on: a Job waits for a pod that is ending. */
  podReplacementPolicy: boolean;
  karpenter: boolean;
}

/** Reads `GET /version` and `GET /apis` (pure). */
export function featuresOf(
  version: { major: string; minor: string; gitVersion: string },
  groups: readonly string[],
  karpenter: EksSettings['karpenter'],
): Features {
  // Managed clusters write "29+".
  const minor =
    Number.parseInt(version.major, 10) > 1 ? Infinity : Number.parseInt(version.minor, 10);
  return {
    version: version.gitVersion,
    podFailurePolicy: minor >= 26,
    podReplacementPolicy: minor >= 29,
    karpenter: karpenter === 'always' || (karpenter === 'auto' && groups.includes('karpenter.sh')),
  };
}

/** The version in words, with what the cluster is too old for. */
export function describeFeatures(features: Features): string {
  const missing = [
    features.podFailurePolicy ? null : 'podFailurePolicy (1.26)',
    features.podReplacementPolicy ? null : 'podReplacementPolicy (1.29)',
  ].filter((one) => one !== null);
  return missing.length === 0
    ? features.version
    : `${features.version}, too old for ${missing.join(' and ')}`;
}
