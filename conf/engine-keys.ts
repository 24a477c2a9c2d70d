import { count, flag, httpUrl, isHttpUrl, map, names, number, text } from './values.ts';

/** A DNS label, the form of namespaces. */
const label = text(/^[a-z\d]([a-z\d-]{0,61}[a-z\d])?$/, 'a Kubernetes name');
/** A DNS subdomain, the form of most other names in Kubernetes. */
const subdomain = text(/^[a-z\d]([a-z\d.-]{0,251}[a-z\d])?$/, 'a Kubernetes name');
const bucket = text(/^[a-z\d][a-z\d.-]{1,61}[a-z\d]$/, 'the name of an S3 bucket');
/** Loose: AWS_DEFAULT_REGION is also set where nobody means Flotilla. */
const region = text(/^[\w-]+$/, 'an AWS region');
const path = text(/^\S+$/, 'a path without spaces');
const ROLE_ARN = /^arn:[\w-]+:iam::\d{12}:role\/\S+$/;
const uris = map('http or https URLs', isHttpUrl);

/** Open maps: what follows their name in a flat or dotted spelling is a member, as written. */
export const MAP_KEYS = [
  'emr_virtual_clusters',
  'emr_job_role_arn',
  'emr_app_server_uri',
  'ecs_log_driver_options',
] as const;

/**
 * Keys of the original that its AWS engines need: checked here, read by engines eks, eks-spark and
 * ecs once there are clusters of theirs. docs/configuration.md says which are read today.
 */
export const engineKeys = {
  aws_default_region: region.optional(),

  /** Names; in the original's README a map from names to kubeconfigs, which are not read. */
  eks_clusters: names.default([]),
  /** Directory of kubeconfigs. */
  eks_kubeconfig_basepath: text().optional(),
  eks_job_namespace: label.optional(),
  eks_default_service_account: subdomain.optional(),
  eks_scheduler_name: subdomain.default('default-scheduler'),
  /** True runs everything on demand. */
  eks_spot_override: flag.default(false),
  /** Share of re-attempts from which on spot capacity is avoided. */
  eks_spot_reattempt_override: number({ min: 0, max: 1 }).default(0.05),
  eks_spot_threshold_minutes: number({ min: 0 }).default(30),
  eks_manifest_storage_options_region: region.optional(),
  eks_manifest_storage_options_s3_bucket_name: bucket.optional(),
  eks_manifest_storage_options_s3_bucket_root_dir: path.optional(),
  eks_log_driver_options_awslogs_region: region.optional(),
  eks_log_driver_options_s3_bucket_name: bucket.optional(),
  eks_log_driver_options_s3_bucket_root_dir: path.optional(),
  eks_metrics_server_uri: httpUrl.optional(),
  eks_lakekeeper_secret_name: subdomain.optional(),

  emr_aws_region: region.optional(),
  emr_job_namespace: label.optional(),
  /** SQS queue of the jobs' state changes. */
  emr_job_status_queue: text(/^[\w-]{1,80}(\.fifo)?$/, 'the name of an SQS queue').optional(),
  emr_default_service_account: subdomain.optional(),
  emr_driver_instance_type: text(/^[\w-]+\.[\w-]+$/, 'an EC2 instance type').optional(),
  /** Virtual cluster ids by cluster. */
  emr_virtual_clusters: map('virtual cluster ids', (id) => /^[a-z\d]{1,64}$/.test(id)).optional(),
  /** Roles by service account. */
  emr_job_role_arn: map('role ARNs', (arn) => ROLE_ARN.test(arn)).optional(),
  /** Spark servers by cluster. */
  emr_app_server_uri: uris.optional(),
  emr_history_server_uri: httpUrl.optional(),
  emr_metrics_server_uri: httpUrl.optional(),
  emr_log_bucket: bucket.optional(),
  emr_log_base_path: path.optional(),
  emr_log_event_log_path: path.optional(),
  emr_manifest_bucket: bucket.optional(),
  emr_manifest_base_path: path.optional(),
  /** Events of its pods after which a job is cancelled. */
  emr_max_pod_events: count({ min: 1 }).default(20_000),
  emr_lakekeeper_secret_name: subdomain.optional(),

  ecs_log_namespace: text(/^[\w./#-]{1,512}$/, 'a CloudWatch log group').optional(),
  ecs_log_retention_days: count({ min: 1 }).default(30),
  ecs_log_driver_name: text(/^[\w-]+$/, 'a log driver').default('awslogs'),
  ecs_log_driver_options: map('texts', () => true).optional(),
  ecs_engine_task_role_arn: text(ROLE_ARN, 'the ARN of a role').optional(),
  /** SQS queue of the tasks' state changes, and the EventBridge rule that fills it. */
  queue_status: text(/^[\w-]{1,80}$/, 'the name of an SQS queue').optional(),
  queue_status_rule: text(/^[\w.-]{1,64}$/, 'the name of an EventBridge rule').optional(),
};
