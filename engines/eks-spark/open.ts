import { FlotillaError } from '../../domain/errors.ts';
import { SPARK_LOG_PATH } from '../../domain/spark.ts';
import { openApi } from '../eks/connection.ts';
import { DEFAULT_LABEL_KEYS } from '../eks/names.ts';
import type { Warn } from '../queue-consumer.ts';
import { SparkEngine } from './engine.ts';
import type { PodSource } from './pod-watch.ts';
import { Region } from './region.ts';
import type { SparkSettings } from './settings.ts';

const DEFAULT_EVENT_LOG_PATH = 'flotilla/event-logs';
const DEFAULT_MANIFEST_PATH = 'flotilla/manifests';

/** The keys of the configuration that this engine reads; conf/engine-keys.ts says what they mean. */
export interface SparkConfig {
  flotilla_mode: string;
  aws_default_region?: string | undefined;
  eks_scheduler_name: string;
  eks_label_keys?: Record<string, string> | undefined;
  eks_kubeconfig_basepath?: string | undefined;
  eks_kubeconfig?: string | undefined;
  eks_in_cluster?: string | undefined;
  eks_karpenter: 'auto' | 'always' | 'never';
  emr_aws_region?: string | undefined;
  emr_job_namespace?: string | undefined;
  emr_job_status_queue?: string | undefined;
  emr_default_service_account?: string | undefined;
  emr_driver_instance_type?: string | undefined;
  emr_virtual_clusters?: Record<string, string> | undefined;
  emr_job_role_arn?: Record<string, string> | undefined;
  emr_app_server_uri?: Record<string, string> | undefined;
  emr_history_server_uri?: string | undefined;
  emr_metrics_server_uri?: string | undefined;
  emr_log_bucket?: string | undefined;
  emr_log_base_path?: string | undefined;
  emr_log_event_log_path?: string | undefined;
  emr_log_settle_seconds: number;
  emr_manifest_bucket?: string | undefined;
  emr_manifest_base_path?: string | undefined;
  emr_lakekeeper_secret_name?: string | undefined;
}

/** What of a cluster's row this engine reads. */
export interface SparkCluster {
  name: string;
  engine: string | null;
  region: string;
  namespace: string;
  emrVirtualCluster: string;
  sparkServerUri: string;
}

/**
 * The virtual cluster of a cluster: that of its row, where the row is of this engine, or its namespace is
 * the one of Spark jobs, as flotilla-os has it; else that of the configuration. Null for none.
 */
export function virtualClusterOf(
  config: Pick<SparkConfig, 'emr_job_namespace' | 'emr_virtual_clusters'>,
  cluster: Pick<SparkCluster, 'name' | 'engine' | 'namespace' | 'emrVirtualCluster'>,
): string | null {
  const ofSpark =
    cluster.engine === 'eks-spark' || cluster.namespace === (config.emr_job_namespace ?? '');
  if (ofSpark && cluster.emrVirtualCluster !== '') return cluster.emrVirtualCluster;
  return config.emr_virtual_clusters?.[cluster.name] ?? null;
}

/**
 * The engine of one cluster.
 * @param cluster its row: an empty region is the configured one
 * @param warn told of messages of the queue that nobody can read
 * @throws FlotillaError `unavailable` when the configuration lacks what jobs need
 */
export function openSpark(config: SparkConfig, cluster: SparkCluster, warn: Warn): SparkEngine {
  const settings = settingsOf(config, cluster);
  const region = config.emr_aws_region ?? (cluster.region || config.aws_default_region);
  const shared = Region.open({ region });
  const queue = config.emr_job_status_queue;
  const consumer = queue === undefined ? null : shared.value.consumers.of(queue, warn);
  return new SparkEngine(shared, settings, consumer, podsOf(config, cluster));
}

/** The pods of jobs, where a kubeconfig or this process's own cluster leads to them. */
function podsOf(config: SparkConfig, cluster: SparkCluster): PodSource | null {
  const ownNamespace = cluster.engine === 'eks-spark' ? cluster.namespace : '';
  const namespace = ownNamespace || (config.emr_job_namespace ?? '');
  if (namespace === '') return null;
  const sources = {
    directory: config.eks_kubeconfig_basepath ?? null,
    kubeconfig: config.eks_kubeconfig ?? null,
    inCluster: config.eks_in_cluster ?? null,
  };
  try {
    return { api: openApi(cluster.name, sources), namespace };
  } catch (error) {
    if (error instanceof FlotillaError && error.code === 'unavailable') return null;
    throw error;
  }
}

function settingsOf(config: SparkConfig, cluster: SparkCluster): SparkSettings {
  const virtualCluster = virtualClusterOf(config, cluster);
  if (virtualCluster === null) {
    const text = `EMR virtual cluster ID not found for EKS cluster: ${cluster.name}`;
    throw new FlotillaError('unavailable', `${text} (emr_virtual_clusters)`);
  }
  const links = {
    app: cluster.sparkServerUri || (config.emr_app_server_uri?.[cluster.name] ?? null),
    history: config.emr_history_server_uri ?? null,
    metrics: config.emr_metrics_server_uri ?? null,
  };
  return {
    cluster: cluster.name,
    virtualCluster,
    mode: config.flotilla_mode,
    roles: config.emr_job_role_arn ?? {},
    serviceAccount: config.emr_default_service_account ?? null,
    schedulerName: config.eks_scheduler_name,
    labelKeys: { ...DEFAULT_LABEL_KEYS, ...config.eks_label_keys },
    driverInstanceType: config.emr_driver_instance_type ?? null,
    karpenter: config.eks_karpenter !== 'never',
    lakekeeperSecret: config.emr_lakekeeper_secret_name ?? null,
    logs: {
      bucket: required('emr_log_bucket', config.emr_log_bucket),
      path: trimmed(config.emr_log_base_path ?? SPARK_LOG_PATH),
    },
    eventLogPath: trimmed(config.emr_log_event_log_path ?? DEFAULT_EVENT_LOG_PATH),
    manifests: {
      bucket: required('emr_manifest_bucket', config.emr_manifest_bucket),
      path: trimmed(config.emr_manifest_base_path ?? DEFAULT_MANIFEST_PATH),
    },
    links,
    logSettleSeconds: config.emr_log_settle_seconds,
  };
}

function required(key: string, value: string | undefined): string {
  if (value !== undefined) return value;
  throw new FlotillaError('unavailable', `engine eks-spark needs ${key}`);
}

function trimmed(path: string): string {
  return path.replace(/^\/+|\/+$/g, '');
}
