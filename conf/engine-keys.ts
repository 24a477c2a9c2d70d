import {
  count,
  flag,
  httpUrl,
  isHttpUrl,
  jsonObject,
  list,
  listOf,
  map,
  names,
  number,
  oneOf,
  seconds,
  text,
  urlTemplate,
} from './values.ts';

/** A DNS label, the form of namespaces. */
const label = text(/^[a-z\d]([a-z\d-]{0,61}[a-z\d])?$/, 'a Kubernetes name');
/** A DNS subdomain, the form of most other names in Kubernetes. */
const subdomain = text(/^[a-z\d]([a-z\d.-]{0,251}[a-z\d])?$/, 'a Kubernetes name');
export const bucket = text(/^[a-z\d][a-z\d.-]{1,61}[a-z\d]$/, 'the name of an S3 bucket');
/** Loose: AWS_DEFAULT_REGION is also set where nobody means Flotilla. */
export const region = text(/^[\w-]+$/, 'an AWS region');
const logGroup = text(/^[\w./#-]{1,512}$/, 'a CloudWatch log group');
export const path = text(/^\S+$/, 'a path without spaces');
const ROLE_ARN = /^arn:[\w-]+:iam::\d{12}:role\/\S+$/;
function isLabelKey(key: string): boolean {
  return /^([a-z\d]([-a-z\d.]{0,251}[a-z\d])?\/)?[A-Za-z\d]([-\w.]{0,61}[A-Za-z\d])?$/.test(key);
}
const uris = map('http or https URLs', isHttpUrl);

/** Open maps: what follows their name in a flat or dotted spelling is a member, as written. */
export const MAP_KEYS = [
  'seed_clusters',
  'emr_virtual_clusters',
  'emr_job_role_arn',
  'emr_app_server_uri',
  'ecs_log_driver_options',
  'eks_label_keys',
] as const;

/**
 * Keys of engines that run jobs on Docker, AWS or Kubernetes, those of the original under its names.
 * docs/configuration.md says which are read today.
 */
export const engineKeys = {
  aws_default_region: region.optional(),

  /** Names; in the original's README a map from names to kubeconfigs, which are not read. */
  eks_clusters: names.default([]),
  /** Directory of kubeconfigs, each named for its cluster. */
  eks_kubeconfig_basepath: text().optional(),
  /** Kubeconfig whose contexts are clusters; unset, KUBECONFIG or ~/.kube/config. */
  eks_kubeconfig: text().optional(),
  /** Name of the cluster in which Flotilla itself runs, reached by its service account. */
  eks_in_cluster: text().optional(),
  /** Of clusters that name none. */
  eks_job_namespace: label.default('default'),
  /** Keys of labels, by what they say; the others stay those of flotilla-os. */
  eks_label_keys: map('label keys', (key) => isLabelKey(key)).optional(),
  eks_image_pull_policy: oneOf(['Always', 'IfNotPresent', 'Never']).default('Always'),
  eks_image_pull_secrets: list.default([]),
  eks_priority_class: subdomain.optional(),
  /** A PodSecurityContext and a SecurityContext of Kubernetes. */
  eks_pod_security_context: jsonObject.optional(),
  eks_security_context: jsonObject.optional(),
  /** Whether a definition with requires_docker gets the node's docker socket, and so the node. */
  eks_docker_socket: flag.default(true),
  eks_karpenter: oneOf(['auto', 'always', 'never']).default('auto'),
  /** Whether a ConfigMap tells which teams have run jobs. */
  eks_team_registry: flag.default(true),
  /** How long Kubernetes keeps a Job whose outcome and log are stored. */
  eks_job_ttl_seconds: seconds({ min: 0, whole: true }).default(3600),
  /** After which an image that is not there, or refused, ends the run. */
  eks_image_refused_seconds: seconds({ min: 0 }).default(60),
  /** After which an image that cannot be fetched is left to another attempt. */
  eks_image_unreachable_seconds: seconds({ min: 0 }).default(900),
  /** After which a node without a word counts as lost unconfirmed; 0 for never. */
  eks_host_lost_seconds: seconds({ min: 0 }).default(0),
  /** Between two looks at what pods use; 0 for none. */
  eks_usage_seconds: seconds({ min: 0 }).default(15),
  /** Where people look at pods, for links. */
  eks_pod_url: urlTemplate(['cluster', 'namespace', 'pod']).optional(),
  eks_default_service_account: subdomain.optional(),
  eks_scheduler_name: subdomain.default('default-scheduler'),
  /** True runs everything on demand. */
  eks_spot_override: flag.default(false),
  /** Share of re-attempts from which on spot capacity is avoided. */
  eks_spot_reattempt_override: number({ min: 0, max: 1 }).default(0.05),
  eks_spot_threshold_minutes: number({ min: 0 }).default(30),
  /** Of runs that go on demand and say nothing about it; 0 is none. */
  eks_ondemand_deadline_seconds_default: seconds({ min: 0, max: 2 ** 31 - 1, whole: true }).default(
    604_800,
  ),
  eks_manifest_storage_options_region: region.optional(),
  eks_manifest_storage_options_s3_bucket_name: bucket.optional(),
  eks_manifest_storage_options_s3_bucket_root_dir: path.optional(),
  eks_log_driver_options_awslogs_region: region.optional(),
  eks_log_driver_options_s3_bucket_name: bucket.optional(),
  eks_log_driver_options_s3_bucket_root_dir: path.optional(),
  /** Where an agent ships logs to CloudWatch. */
  eks_log_namespace: logGroup.optional(),
  eks_metrics_server_uri: httpUrl.optional(),
  /** Service that takes exceptions out of the logs of runs of engine eks: asked at `/extract/<run_id>`. */
  eks_exception_extractor_url: httpUrl.optional(),
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
  /** After a job's end, for which its log may still come. */
  emr_log_settle_seconds: seconds({ min: 0 }).default(10),
  emr_manifest_bucket: bucket.optional(),
  emr_manifest_base_path: path.optional(),
  /** In flotilla-os, events of its pods after which a job is cancelled; not heeded here. */
  emr_max_pod_events: count({ min: 1 }).default(20_000),
  emr_lakekeeper_secret_name: subdomain.optional(),

  /** Where the daemon is, as clients of Docker have it. */
  docker_host: text(
    /^(unix:\/\/\/\S+|(tcp|https?):\/\/\S+)$/,
    'unix:///path, tcp://host:port or https://host:port',
  ).default('unix:///var/run/docker.sock'),
  /** Directory of ca.pem, cert.pem and key.pem; with it tcp:// is TLS. */
  docker_cert_path: path.optional(),
  /** Directory of the config.json that `docker login` writes; unset, ~/.docker. */
  docker_config: path.optional(),
  /** Of containers: a network of the daemon, or `host` or `none`; unset, the daemon's default. */
  docker_network: text(/^[\w.:-]+$/, 'the name of a network').optional(),
  docker_image_pull_policy: oneOf(['Always', 'IfNotPresent', 'Never']).default('IfNotPresent'),
  /** After which an image that cannot be fetched is left to another attempt. */
  docker_image_unreachable_seconds: seconds({ min: 0 }).default(900),
  /** The daemon's socket on its host, for definitions with requires_docker, which then have the host. */
  docker_socket_mount: text(/^\/\S+$/, 'a path from the root').optional(),
  /** Address of the host at which a container's ports are published; unset, not at all. */
  docker_publish_address: text(/^[\d.:a-fA-F]+$/, 'an IP address').optional(),
  /** `local` keeps every byte; `json-file` is for daemons without it, such as Podman. */
  docker_log_driver: oneOf(['local', 'json-file']).default('local'),
  /** Whether the daemon's small init is process 1, so that TERM reaches the command. */
  docker_init: flag.default(true),
  /** Finished containers whose outcome and log are stored are kept for so long, and no more than so many. */
  docker_keep_seconds: seconds({ min: 0 }).default(3600),
  docker_keep_containers: count({ min: 0 }).default(100),
  /** Between two looks at what containers use; 0 for none. */
  docker_usage_seconds: seconds({ min: 0 }).default(15),

  ecs_log_namespace: logGroup.optional(),
  ecs_log_retention_days: count({ min: 1 }).default(30),
  ecs_log_driver_name: text(/^[\w-]+$/, 'a log driver').default('awslogs'),
  ecs_log_driver_options: map('texts', () => true).optional(),
  /** Of what a command runs as, where its run names no role. */
  ecs_engine_task_role_arn: text(ROLE_ARN, 'the ARN of a role').optional(),
  /** Of the agent that pulls images, reads secrets and writes logs. */
  ecs_execution_role_arn: text(ROLE_ARN, 'the ARN of a role').optional(),
  ecs_launch_type: oneOf(['EC2', 'FARGATE']).default('EC2'),
  /** Instead of the launch type itself. */
  ecs_capacity_provider: text(/^[\w-]{1,255}$/, 'the name of a capacity provider').optional(),
  /** Of runs that may have spot capacity; unset, FARGATE_SPOT where the cluster has it. */
  ecs_spot_provider: text(/^[\w-]{1,255}$/, 'the name of a capacity provider').optional(),
  /** Of tasks on EC2; those on Fargate have `awsvpc`. */
  ecs_network_mode: oneOf(['awsvpc', 'bridge', 'host', 'none']).default('host'),
  /** Of tasks with `awsvpc`. */
  ecs_subnets: listOf('ids of subnets', (id) => /^subnet-[\da-f]+$/.test(id)).optional(),
  ecs_security_groups: listOf('ids of security groups', (id) =>
    /^sg-[\da-f]+$/.test(id),
  ).optional(),
  ecs_assign_public_ip: flag.default(false),
  /** Of all workers and clusters of a region together: RunTask is limited per account and region. */
  ecs_launches_per_second: count({ min: 1 }).default(20),
  /** SQS queue of the tasks' state changes, and the EventBridge rule that fills it. */
  queue_status: text(/^[\w-]{1,80}$/, 'the name of an SQS queue').optional(),
  queue_status_rule: text(/^[\w.-]{1,64}$/, 'the name of an EventBridge rule').optional(),
};
