-- The schema of flotilla-os at its head of July 2026, as its 26 migrations leave it.
-- Every statement is guarded, so that on a database of flotilla-os it changes nothing.
-- There, the strongest locks come first and in the order in which flotilla-os takes its own: even a
-- guarded CREATE INDEX locks its table, and a lock that grows while others wait is a deadlock.
DO $$
BEGIN
  IF to_regclass('task') IS NOT NULL AND to_regclass('cluster_state') IS NOT NULL THEN
    LOCK TABLE task, task_def, cluster_state IN ACCESS EXCLUSIVE MODE;
  END IF;
END$$;
--> statement-breakpoint
CREATE TABLE IF NOT EXISTS task_def (
  definition_id character varying PRIMARY KEY,
  alias character varying,
  image character varying NOT NULL,
  group_name character varying NOT NULL,
  memory integer,
  cpu integer,
  gpu integer,
  command text,
  env jsonb,
  "user" character varying,
  arn character varying,
  container_name character varying,
  task_type character varying,
  privileged boolean,
  adaptive_resource_allocation boolean,
  ephemeral_storage integer,
  requires_docker boolean DEFAULT false,
  target_cluster character varying,
  CONSTRAINT task_def_alias UNIQUE (alias)
);
--> statement-breakpoint
CREATE TABLE IF NOT EXISTS task_def_ports (
  task_def_id character varying NOT NULL REFERENCES task_def (definition_id),
  port integer NOT NULL,
  CONSTRAINT task_def_ports_pkey PRIMARY KEY (task_def_id, port)
);
--> statement-breakpoint
CREATE INDEX IF NOT EXISTS ix_task_def_alias ON task_def (alias);
--> statement-breakpoint
CREATE INDEX IF NOT EXISTS ix_task_def_group_name ON task_def (group_name);
--> statement-breakpoint
CREATE INDEX IF NOT EXISTS ix_task_def_image ON task_def (image);
--> statement-breakpoint
CREATE INDEX IF NOT EXISTS ix_task_def_env ON task_def USING gin (env jsonb_path_ops);
--> statement-breakpoint
CREATE TABLE IF NOT EXISTS task (
  run_id character varying NOT NULL PRIMARY KEY,
  definition_id character varying REFERENCES task_def (definition_id),
  alias character varying,
  image character varying,
  cluster_name character varying,
  exit_code integer,
  exit_reason character varying,
  status character varying,
  queued_at timestamp with time zone,
  started_at timestamp with time zone,
  finished_at timestamp with time zone,
  instance_id character varying,
  instance_dns_name character varying,
  group_name character varying,
  env jsonb,
  task_arn character varying,
  docker_id character varying,
  "user" character varying,
  task_type character varying,
  command text,
  command_hash text,
  memory integer,
  cpu integer,
  gpu integer,
  ephemeral_storage integer,
  node_lifecycle text,
  engine character varying DEFAULT 'eks' NOT NULL,
  container_name text,
  pod_name text,
  namespace text,
  max_cpu_used integer,
  max_memory_used integer,
  pod_events jsonb,
  cloudtrail_notifications jsonb,
  spark_extension jsonb,
  executable_id character varying,
  executable_type character varying DEFAULT 'task_definition',
  execution_request_custom jsonb,
  memory_limit integer,
  cpu_limit integer,
  attempt_count integer,
  spawned_runs jsonb,
  run_exceptions jsonb,
  metrics_uri character varying,
  active_deadline_seconds integer,
  description character varying,
  idempotence_key character varying,
  arch character varying,
  labels jsonb,
  requires_docker boolean DEFAULT false,
  service_account character varying,
  tier text
);
--> statement-breakpoint
CREATE INDEX IF NOT EXISTS ix_task_definition_id ON task (definition_id);
--> statement-breakpoint
CREATE INDEX IF NOT EXISTS ix_task_cluster_name ON task (cluster_name);
--> statement-breakpoint
CREATE INDEX IF NOT EXISTS ix_task_status ON task (status);
--> statement-breakpoint
CREATE INDEX IF NOT EXISTS ix_task_group_name ON task (group_name);
--> statement-breakpoint
CREATE INDEX IF NOT EXISTS ix_task_env ON task USING gin (env jsonb_path_ops);
--> statement-breakpoint
CREATE INDEX IF NOT EXISTS ix_task_task_arn ON task (task_arn);
--> statement-breakpoint
CREATE INDEX IF NOT EXISTS ix_task_definition_id_started_at_desc
  ON task (definition_id, started_at DESC NULLS LAST);
--> statement-breakpoint
CREATE INDEX IF NOT EXISTS ix_task_definition_id_started_at_desc_engine
  ON task (definition_id, started_at DESC NULLS LAST, engine);
--> statement-breakpoint
CREATE INDEX IF NOT EXISTS ix_finished_at_status_cluster_name
  ON task (cluster_name, status, finished_at DESC);
--> statement-breakpoint
CREATE INDEX IF NOT EXISTS ix_task_definition_id_started_at_asc ON task (definition_id, started_at);
--> statement-breakpoint
CREATE INDEX IF NOT EXISTS ix_task_pod_events ON task USING gin (pod_events jsonb_path_ops);
--> statement-breakpoint
CREATE INDEX IF NOT EXISTS ix_task_queued_at_status_engine ON task (queued_at, status, engine);
--> statement-breakpoint
CREATE INDEX IF NOT EXISTS task_definition_id_engine_started_at_index
  ON task (definition_id, engine, started_at DESC);
--> statement-breakpoint
CREATE INDEX IF NOT EXISTS ix_task_executable_id ON task (executable_id);
--> statement-breakpoint
CREATE INDEX IF NOT EXISTS ix_task_executable_id_started_at_desc
  ON task (executable_id, started_at DESC NULLS LAST);
--> statement-breakpoint
CREATE INDEX IF NOT EXISTS ix_task_executable_id_started_at_desc_engine
  ON task (executable_id, started_at DESC NULLS LAST, engine);
--> statement-breakpoint
CREATE SEQUENCE IF NOT EXISTS task_status_status_id_seq;
--> statement-breakpoint
CREATE TABLE IF NOT EXISTS task_status (
  status_id integer NOT NULL PRIMARY KEY DEFAULT nextval('task_status_status_id_seq'::regclass),
  task_arn character varying,
  status_version integer NOT NULL,
  status character varying,
  "timestamp" timestamp with time zone DEFAULT now()
);
--> statement-breakpoint
CREATE INDEX IF NOT EXISTS ix_task_status_task_arn ON task_status (task_arn);
--> statement-breakpoint
CREATE TABLE IF NOT EXISTS tags (
  text character varying NOT NULL PRIMARY KEY
);
--> statement-breakpoint
CREATE TABLE IF NOT EXISTS task_def_tags (
  tag_id character varying NOT NULL REFERENCES tags (text),
  task_def_id character varying NOT NULL REFERENCES task_def (definition_id)
);
--> statement-breakpoint
CREATE TABLE IF NOT EXISTS worker (
  worker_type character varying,
  engine character varying,
  count_per_instance integer
);
--> statement-breakpoint
CREATE TABLE IF NOT EXISTS template (
  template_id character varying PRIMARY KEY,
  template_name character varying NOT NULL,
  version integer NOT NULL,
  schema jsonb NOT NULL,
  command_template text NOT NULL,
  image character varying NOT NULL,
  memory integer NOT NULL,
  gpu integer NOT NULL,
  cpu integer NOT NULL,
  env jsonb,
  privileged boolean,
  adaptive_resource_allocation boolean,
  container_name character varying NOT NULL,
  defaults jsonb,
  avatar_uri character varying,
  CONSTRAINT template_name_version UNIQUE (template_name, version)
);
--> statement-breakpoint
CREATE INDEX IF NOT EXISTS ix_template_id ON template (template_id);
--> statement-breakpoint
CREATE INDEX IF NOT EXISTS ix_template_name ON template (template_name);
--> statement-breakpoint
DO $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_type WHERE typname = 'cluster_status') THEN
    CREATE TYPE cluster_status AS ENUM ('active', 'maintenance', 'offline');
  END IF;
END$$;
--> statement-breakpoint
CREATE TABLE IF NOT EXISTS cluster_state (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name character varying NOT NULL,
  cluster_version character varying NOT NULL DEFAULT '',
  status cluster_status NOT NULL DEFAULT 'active',
  status_reason character varying,
  status_since timestamp with time zone DEFAULT now(),
  capabilities character varying[] NOT NULL DEFAULT '{}',
  allowed_tiers character varying[] NOT NULL DEFAULT '{}',
  region character varying NOT NULL,
  updated_at timestamp with time zone DEFAULT now(),
  namespace character varying NOT NULL DEFAULT '',
  emr_virtual_cluster character varying NOT NULL DEFAULT '',
  spark_server_uri character varying NOT NULL DEFAULT ''
);
--> statement-breakpoint
CREATE INDEX IF NOT EXISTS ix_cluster_state_name ON cluster_state (name);
--> statement-breakpoint
CREATE INDEX IF NOT EXISTS ix_cluster_state_status ON cluster_state (status);
