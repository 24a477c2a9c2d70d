import { z } from 'zod';

const port = z.coerce.number().int().min(0).max(65535);
const seconds = z.coerce.number().positive();
const count = z.coerce.number().int();
const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')]);
/** A list, or one string with commas. */
const list = z.union([
  z.array(z.string()),
  z.string().transform((text) =>
    text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  ),
]);

/**
 * Every key of the configuration, with its default. Keys are flat; a file may nest or dot them, and
 * the environment has them in upper case (see load.ts).
 */
export const configSchema = z.strictObject({
  /** Goes into FLOTILLA_SERVER_MODE of every run. */
  flotilla_mode: z.string().default('dev'),
  /** Postgres; unset, `npm start` brings its own. */
  database_url: z.string().optional(),
  database_max_connections: count.min(2).default(20),
  /** Temporal's frontend, host:port; unset, `npm start` brings its own. */
  temporal_address: z.string().optional(),
  temporal_namespace: z.string().default('default'),
  /** Task Queue of workflows; the queues of clusters and the ids of services begin with it. */
  temporal_task_queue: z.string().min(1).default('flotilla'),
  temporal_api_key: z.string().optional(),
  temporal_tls: flag.default(false),
  /** Where the Temporal Web UI is, for links. */
  temporal_ui_url: z.string().optional(),
  /** `host:port`, or `:port` for loopback; further ones with commas. */
  http_server_listen_address: list.default(['127.0.0.1:3000']),
  /** `scheme://host[:port]` of pages that may call from a browser; `*` for all, where tokens are needed. */
  http_server_cors_allowed_origins: list.default([]),
  /** Host names under which this server may be called, beside loopback's. */
  http_server_allowed_hosts: list.default([]),
  http_server_max_body_bytes: count.min(1).default(4_194_304),
  /**
   * Whether a request needs a token: `loopback` says as soon as an address to listen on is beyond
   * loopback, `token` always, `none` never, so that whoever reaches this server may use it.
   */
  auth: z.enum(['loopback', 'token', 'none']).default('loopback'),
  /** True where all requests come through a proxy that sets its own identity and X-Forwarded-For headers. */
  auth_trusted_proxy_headers: flag.default(false),
  /** For each token, or each address of callers without one, and each server process; 0 is no limit. */
  rate_limit_requests_per_second: z.coerce.number().min(0).default(0),
  /** Requests that one who was quiet may send at once. */
  rate_limit_burst: count.min(1).default(50),
  /** Variable that carries a run's owner into its environment. */
  owner_id_var: z.string().min(1).default('FLOTILLA_RUN_OWNER_ID'),
  default_engine: z.string().default('eks'),
  eks_cluster_default: z.string().default('default'),
  eks_gpu_cluster_default: z.string().optional(),
  eks_tier_default: z.string().default('4'),
  /** Clusters that this worker serves; empty means those of engine local. */
  worker_clusters: list.default([]),
  worker_max_cached_workflows: count.min(1).default(500),
  worker_max_concurrent_launches: count.min(1).default(50),
  worker_shutdown_grace_seconds: seconds.default(10),
  /** Where everything that is not in Postgres or Temporal lies on this machine. */
  data_dir: z.string().min(1).default('.flotilla'),
  /** Shared by server and worker; unset, `logs` in the data directory. */
  log_store_dir: z.string().optional(),
  stop_grace_seconds: z.coerce.number().min(0).default(30),
  /** Seconds without news after which a run looks at its job. */
  run_look_seconds: seconds.default(3600),
  run_active_deadline_seconds_default: count.min(0).default(172_800),
  sweep_seconds: seconds.default(60),
  watch_cycle_seconds: seconds.default(600),
  reconcile_seconds: seconds.default(30),
  /** How old an accepted run must be before reconcile starts its workflow. */
  reconcile_age_seconds: seconds.default(30),
  retry_max_attempts: count.min(1).default(5),
  retry_backoff_seconds: z.coerce.number().min(0).default(10),
  log_level: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  /** Embedded stack only: ports to try first. */
  dev_postgres_port: port.default(5433),
  dev_temporal_port: port.default(7233),
  dev_temporal_ui_port: port.default(8233),
});

export type Config = z.infer<typeof configSchema>;
export type ConfigKey = keyof Config;
