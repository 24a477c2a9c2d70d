import { z } from 'zod';
import { ENGINE_NAMES, isEngineName } from '../domain/engine-name.ts';
import { bucket, engineKeys, path, region } from './engine-keys.ts';
import { telemetryKeys } from './telemetry-keys.ts';
import {
  count,
  flag,
  hostAndPort,
  hostNames,
  httpUrl,
  list,
  listenAddresses,
  map,
  number,
  oneOf,
  origins,
  port,
  postgresUrl,
  seconds,
  text,
} from './values.ts';

/**
 * Every key of the configuration, with its default. Keys are flat; a file may nest or dot them, and
 * the environment has them in upper case (see load.ts). Each has its line in conf/config.yml and its
 * row in docs/configuration.md.
 */
export const configSchema = z.strictObject({
  /** Goes into FLOTILLA_SERVER_MODE of every run. */
  flotilla_mode: text().default('dev'),
  /** Postgres; unset, `npm start` brings its own. */
  database_url: postgresUrl.optional(),
  /** Direct, for LISTEN; unset, `database_url`. */
  database_listen_url: postgresUrl.optional(),
  database_max_connections: count({ min: 2 }).default(20),
  /** Temporal's frontend, host:port; unset, `npm start` brings its own. */
  temporal_address: hostAndPort.optional(),
  temporal_namespace: text().default('default'),
  /** Task Queue of workflows; the queues of clusters and the ids of services begin with it. */
  temporal_task_queue: text().default('flotilla'),
  temporal_api_key: text().optional(),
  temporal_tls: flag.default(false),
  /** Where the Temporal Web UI is, for links. */
  temporal_ui_url: httpUrl.optional(),
  /** `host:port`, or `:port` for loopback; further ones with commas. */
  http_server_listen_address: listenAddresses.default(['127.0.0.1:3000']),
  /** How long a request may take to arrive whole. */
  http_server_read_timeout_seconds: seconds().default(60),
  /** `scheme://host[:port]` of pages that may call from a browser; `*` for all, where tokens are needed. */
  http_server_cors_allowed_origins: origins.default([]),
  /** Host names under which this server may be called, beside loopback's. */
  http_server_allowed_hosts: hostNames.default([]),
  http_server_max_body_bytes: count({ min: 1 }).default(4_194_304),
  /**
   * Whether a request needs a token: `loopback` says as soon as an address to listen on is beyond
   * loopback, `token` always, `none` never, so that whoever reaches this server may use it.
   */
  auth: oneOf(['loopback', 'token', 'none']).default('loopback'),
  /** True where all requests come through a proxy that sets its own identity and X-Forwarded-For headers. */
  auth_trusted_proxy_headers: flag.default(false),
  /** For each token, or each address of callers without one, and each server process; 0 is no limit. */
  rate_limit_requests_per_second: number({ min: 0 }).default(0),
  /** Requests that one who was quiet may send at once. */
  rate_limit_burst: count({ min: 1 }).default(50),
  /** Variable that carries a run's owner into its environment. */
  owner_id_var: text(/^[A-Za-z_]\w*$/, 'the name of an environment variable').default(
    'FLOTILLA_RUN_OWNER_ID',
  ),
  default_engine: oneOf(ENGINE_NAMES).default('eks'),
  eks_cluster_default: text().default('default'),
  eks_gpu_cluster_default: text().optional(),
  eks_tier_default: text().default('4'),
  /** Clusters that a server registers at its start unless they are there: a map from names to engines. */
  seed_clusters: map(`engines, of ${ENGINE_NAMES.join(', ')}`, isEngineName).optional(),
  /** Clusters that this worker serves; empty means all whose engine it has. */
  worker_clusters: list.default([]),
  /** How soon a cluster that was added, changed or removed is served so. */
  clusters_refresh_seconds: seconds().default(10),
  worker_max_cached_workflows: count({ min: 1 }).default(500),
  worker_max_concurrent_launches: count({ min: 1 }).default(50),
  worker_shutdown_grace_seconds: seconds().default(10),
  /** Where everything that is not in Postgres or Temporal lies on this machine. */
  data_dir: text().default('.flotilla'),
  /** Where the runs' logs are kept; server and workers share it. */
  log_store: oneOf(['directory', 's3']).default('directory'),
  /** Unset, `logs` in the data directory. */
  log_store_dir: text().optional(),
  log_store_s3_bucket: bucket.optional(),
  /** Keys of the bucket begin so. */
  log_store_s3_prefix: path.optional(),
  /** Unset, `aws_default_region`. */
  log_store_s3_region: region.optional(),
  /** Of a store that is compatible with S3; buckets are then in the path of URLs. */
  log_store_s3_endpoint: httpUrl.optional(),
  stop_grace_seconds: seconds({ min: 0 }).default(30),
  /** Seconds without news after which a run looks at its job. */
  run_look_seconds: seconds().default(3600),
  /** 0 is none. */
  run_active_deadline_seconds_default: seconds({ min: 0, max: 2 ** 31 - 1, whole: true }).default(
    172_800,
  ),
  sweep_seconds: seconds().default(60),
  watch_cycle_seconds: seconds().default(600),
  reconcile_seconds: seconds().default(30),
  /** How old an accepted run must be before reconcile starts its workflow. */
  reconcile_age_seconds: seconds().default(30),
  retry_max_attempts: count({ min: 1 }).default(5),
  retry_backoff_seconds: seconds({ min: 0 }).default(10),
  /** Launch a run again, with more memory, whose attempt was killed for memory. */
  retry_on_oom: flag.default(false),
  oom_memory_factor: number({ above: 1, max: 10 }).default(1.75),
  log_level: oneOf(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  /** Embedded stack only: the engine of its cluster; `auto` is docker where a daemon answers, else local. */
  dev_engine: oneOf(['auto', 'docker', 'local']).default('auto'),
  /** Embedded stack only: ports to try first. */
  dev_postgres_port: port.default(5433),
  dev_temporal_port: port.default(7233),
  dev_temporal_ui_port: port.default(8233),
  ...telemetryKeys,
  ...engineKeys,
});

export type Config = z.infer<typeof configSchema>;
export type ConfigKey = keyof Config;
export const CONFIG_KEYS = Object.keys(configSchema.shape) as ConfigKey[];
