-- What this service adds. Only additions: flotilla-os can go on using the same database.
ALTER TABLE task
  ADD COLUMN IF NOT EXISTS workflow_id text,
  ADD COLUMN IF NOT EXISTS workflow_started_at timestamp with time zone,
  ADD COLUMN IF NOT EXISTS epoch integer NOT NULL DEFAULT 0,
  ADD COLUMN IF NOT EXISTS seq integer NOT NULL DEFAULT 0,
  ADD COLUMN IF NOT EXISTS parent_run_id text,
  ADD COLUMN IF NOT EXISTS stop_requested_at timestamp with time zone,
  ADD COLUMN IF NOT EXISTS stop_requested_by text,
  ADD COLUMN IF NOT EXISTS definition_version integer;
--> statement-breakpoint
-- The indexes on task are in db/indexes.ts: they are built without locking an adopted table.
CREATE TABLE IF NOT EXISTS run_event (
  run_id character varying NOT NULL REFERENCES task (run_id) ON DELETE CASCADE,
  epoch integer NOT NULL,
  seq integer NOT NULL,
  status text NOT NULL,
  attempt integer NOT NULL DEFAULT 0,
  at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
  reason text,
  actor text,
  evidence text,
  PRIMARY KEY (run_id, epoch, seq)
);
--> statement-breakpoint
CREATE TABLE IF NOT EXISTS launch_attempt (
  run_id character varying NOT NULL REFERENCES task (run_id) ON DELETE CASCADE,
  attempt integer NOT NULL,
  state text NOT NULL CHECK (state IN ('intent', 'launched', 'ended')),
  cluster_name text NOT NULL,
  external_id text,
  intent_at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
  launched_at timestamp with time zone,
  started_at timestamp with time zone,
  ended_at timestamp with time zone,
  exit_code integer,
  exit_reason text,
  failure_class text,
  evidence text,
  max_memory_used integer,
  log_bytes bigint,
  log_lines bigint,
  released_at timestamp with time zone,
  PRIMARY KEY (run_id, attempt)
);
--> statement-breakpoint
-- Ended attempts whose leftovers the cluster still keeps for us.
CREATE INDEX IF NOT EXISTS ix_launch_attempt_unreleased ON launch_attempt (cluster_name, ended_at)
  WHERE state = 'ended' AND released_at IS NULL;
--> statement-breakpoint
CREATE TABLE IF NOT EXISTS slot (
  pool text NOT NULL,
  run_id character varying NOT NULL REFERENCES task (run_id) ON DELETE CASCADE,
  attempt integer NOT NULL,
  priority integer NOT NULL DEFAULT 0,
  queued_at timestamp with time zone NOT NULL,
  granted_at timestamp with time zone,
  PRIMARY KEY (run_id, attempt, pool)
);
--> statement-breakpoint
CREATE INDEX IF NOT EXISTS ix_slot_waiting ON slot (pool, priority DESC, queued_at, run_id)
  WHERE granted_at IS NULL;
--> statement-breakpoint
CREATE INDEX IF NOT EXISTS ix_slot_granted ON slot (pool) WHERE granted_at IS NOT NULL;
--> statement-breakpoint
CREATE TABLE IF NOT EXISTS idempotence (
  key text PRIMARY KEY,
  run_id character varying NOT NULL,
  claimed_at timestamp with time zone NOT NULL DEFAULT clock_timestamp()
);
--> statement-breakpoint
ALTER TABLE task_def
  ADD COLUMN IF NOT EXISTS version integer NOT NULL DEFAULT 0,
  ADD COLUMN IF NOT EXISTS retry_policy jsonb;
--> statement-breakpoint
CREATE TABLE IF NOT EXISTS definition_version (
  definition_id character varying NOT NULL REFERENCES task_def (definition_id) ON DELETE CASCADE,
  version integer NOT NULL,
  author text NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
  body jsonb NOT NULL,
  PRIMARY KEY (definition_id, version)
);
--> statement-breakpoint
ALTER TABLE cluster_state
  ADD COLUMN IF NOT EXISTS engine text,
  ADD COLUMN IF NOT EXISTS slot_limit integer;
--> statement-breakpoint
CREATE TABLE IF NOT EXISTS installation (
  key text PRIMARY KEY,
  value text NOT NULL
);
