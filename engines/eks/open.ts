import { openApi, type KubeSources } from './connection.ts';
import { EksEngine } from './engine.ts';
import { DEFAULT_LABEL_KEYS } from './names.ts';
import type { EksSettings } from './settings.ts';

/** The keys of the configuration that this engine reads; conf/engine-keys.ts says what they mean. */
export interface EksConfig {
  flotilla_mode: string;
  stop_grace_seconds: number;
  eks_kubeconfig_basepath?: string | undefined;
  eks_kubeconfig?: string | undefined;
  eks_in_cluster?: string | undefined;
  eks_job_namespace: string;
  eks_default_service_account?: string | undefined;
  eks_scheduler_name: string;
  eks_label_keys?: Record<string, string> | undefined;
  eks_image_pull_policy: EksSettings['imagePullPolicy'];
  eks_image_pull_secrets: readonly string[];
  eks_priority_class?: string | undefined;
  eks_pod_security_context?: object | undefined;
  eks_security_context?: object | undefined;
  eks_docker_socket: boolean;
  eks_lakekeeper_secret_name?: string | undefined;
  eks_karpenter: EksSettings['karpenter'];
  eks_team_registry: boolean;
  eks_job_ttl_seconds: number;
  eks_image_refused_seconds: number;
  eks_image_unreachable_seconds: number;
  eks_host_lost_seconds: number;
  eks_usage_seconds: number;
}

/**
 * The engine of one cluster.
 * @param cluster its row: an empty namespace is the configured one
 * @throws FlotillaError `unavailable` when there are no credentials for the cluster
 */
export function openEks(
  config: EksConfig,
  cluster: { name: string; namespace: string },
): EksEngine {
  return new EksEngine(openApi(cluster.name, sourcesOf(config)), settingsOf(config, cluster));
}

function sourcesOf(config: EksConfig): KubeSources {
  return {
    directory: config.eks_kubeconfig_basepath ?? null,
    kubeconfig: config.eks_kubeconfig ?? null,
    inCluster: config.eks_in_cluster ?? null,
  };
}

function settingsOf(config: EksConfig, cluster: { name: string; namespace: string }): EksSettings {
  const namespace = cluster.namespace || config.eks_job_namespace;
  return {
    cluster: cluster.name,
    namespace,
    formerNamespace: namespace === config.eks_job_namespace ? null : config.eks_job_namespace,
    mode: config.flotilla_mode,
    serviceAccount: config.eks_default_service_account ?? null,
    schedulerName: config.eks_scheduler_name,
    labelKeys: { ...DEFAULT_LABEL_KEYS, ...config.eks_label_keys },
    imagePullPolicy: config.eks_image_pull_policy,
    imagePullSecrets: config.eks_image_pull_secrets,
    priorityClass: config.eks_priority_class ?? null,
    podSecurityContext: config.eks_pod_security_context ?? null,
    securityContext: config.eks_security_context ?? null,
    dockerSocket: config.eks_docker_socket,
    lakekeeperSecret: config.eks_lakekeeper_secret_name ?? null,
    karpenter: config.eks_karpenter,
    graceSeconds: config.stop_grace_seconds,
    ttlSeconds: config.eks_job_ttl_seconds,
    imageRefusedSeconds: config.eks_image_refused_seconds,
    imageUnreachableSeconds: config.eks_image_unreachable_seconds,
    hostLostSeconds: config.eks_host_lost_seconds,
    usageSeconds: config.eks_usage_seconds,
    teamRegistry: config.eks_team_registry,
  };
}
