import type { ConfigKey } from './schema.ts';

export type LegacyKey =
  | { kind: 'renamed'; to: ConfigKey }
  /** Accepted and ignored; `why` completes "is ignored: …". */
  | { kind: 'obsolete'; why: string };

const renamed = (to: ConfigKey): LegacyKey => ({ kind: 'renamed', to });

function obsolete(why: string, ...keys: string[]): Record<string, LegacyKey> {
  return Object.fromEntries(keys.map((key) => [key, { kind: 'obsolete', why }]));
}

/** `worker_<engine>_<name>` for each; what the original did read of these was `worker_<name>`. */
function perEngine(engines: readonly string[], ...names: string[]): string[] {
  return engines.flatMap((engine) => names.map((name) => `worker_${engine}_${name}`));
}

/**
 * Keys of flotilla-os that are not in the schema, in their flat spelling: those of its README, of
 * its samples and of its code, now and in its ECS days. A key in neither place is unknown.
 */
export const LEGACY_KEYS: Readonly<Record<string, LegacyKey>> = {
  execution_engine: renamed('default_engine'),
  worker_retry_interval: renamed('retry_backoff_seconds'),
  eks_service_account: renamed('eks_default_service_account'),
  eks_log_namespace_driver_options_s3_bucket_name: renamed('eks_log_driver_options_s3_bucket_name'),
  eks_log_namespace_driver_options_s3_bucket_root_dir: renamed(
    'eks_log_driver_options_s3_bucket_root_dir',
  ),

  ...obsolete(
    'lists read database_url, so that they show what was just written',
    'readonly_database_url',
  ),
  ...obsolete(
    'idle connections close by themselves; database_max_connections is the limit',
    'database_max_idle_connections',
  ),
  ...obsolete('"flotilla migrate" makes and updates the tables', 'create_database_schema'),
  ...obsolete('Postgres is the only store', 'state_manager'),
  ...obsolete('workflow ids and rows of Postgres are the locks', 'redis_address', 'redis_db'),

  ...obsolete(
    'runs wait in Temporal; temporal_task_queue names the queues',
    'queue_manager',
    'queue_namespace',
    'queue_retention_seconds',
    'queue_process_time',
    'eks_job_queue',
    'emr_job_queue',
  ),
  ...obsolete(
    'the engine watches the cluster itself',
    'eks_events_queue',
    'eks_status_queue',
    'worker_eks_events_queue',
  ),
  ...obsolete('CloudTrail is not read', 'cloudtrail_queue', 'worker_cloudtrail_interval'),
  ...obsolete(
    '"flotilla server" and "flotilla worker" start one part each, and worker_clusters says which clusters a worker serves',
    'enabled_workers',
  ),
  ...obsolete(
    'nothing polls: a run is a workflow that hears of changes; sweep_seconds is the safety net',
    'worker_submit_interval',
    'worker_status_interval',
    'worker_events_interval',
    'worker_worker_manager_interval',
    ...perEngine(['ecs', 'eks'], 'submit_interval', 'status_interval', 'worker_manager_interval'),
  ),
  ...obsolete(
    'flotilla-os did not read it either; retry_backoff_seconds is the wait before a retry',
    ...perEngine(['ecs', 'eks'], 'retry_interval'),
  ),
  ...obsolete(
    'one worker takes many runs; start more worker processes for more',
    ...perEngine(
      ['ecs', 'eks', 'eks_spark'],
      'retry_worker_count_per_instance',
      'submit_worker_count_per_instance',
      'status_worker_count_per_instance',
    ),
  ),

  ...obsolete(
    'the engine of a cluster decides how it is reached and where its logs go',
    'cluster_client',
    'logs_client',
  ),
  ...obsolete(
    'logs and events are streams, which no time limit may cut',
    'http_server_write_timeout_seconds',
  ),
  ...obsolete(
    'images are pulled by the cluster, with its own credentials',
    'check_image_validity',
    'docker_auth',
  ),

  ...obsolete(
    'flotilla-os made no use of it either',
    'base_uri',
    'eks_job_ttl',
    'eks_max_pod_events',
    'eks_cluster_override',
    'eks_gpu_cluster_override',
  ),
  ...obsolete('a run goes to the cluster that it names', 'eks_cluster_override_percent'),
  ...obsolete('node_lifecycle of a run says it', 'eks_cluster_ondemand_whitelist'),
  ...obsolete('adaptive_resource_allocation of a definition says it', 'eks_ara_enabled'),
  ...obsolete(
    'eks_log_driver_options_s3_bucket_name or eks_log_namespace says where an agent ships logs to',
    'eks_log_driver_name',
    'eks_log_driver_options_awslogs_group',
    'eks_log_driver_options_awslogs_stream_prefix',
    'eks_log_retention_days',
    'eks_log_namespace_driver_name',
    'eks_log_namespace_retention_days',
  ),
};
