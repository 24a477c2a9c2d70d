-- What attempts on a cluster were given and used, and what happened to them there.
ALTER TABLE launch_attempt
  ADD COLUMN IF NOT EXISTS max_cpu_used integer,
  ADD COLUMN IF NOT EXISTS asked_cpu integer,
  ADD COLUMN IF NOT EXISTS asked_memory integer,
  ADD COLUMN IF NOT EXISTS given_cpu integer,
  ADD COLUMN IF NOT EXISTS given_memory integer,
  ADD COLUMN IF NOT EXISTS sizing text,
  ADD COLUMN IF NOT EXISTS pod_name text,
  ADD COLUMN IF NOT EXISTS host text,
  ADD COLUMN IF NOT EXISTS manifest text;
--> statement-breakpoint
CREATE TABLE IF NOT EXISTS pod_event (
  run_id character varying NOT NULL REFERENCES task (run_id) ON DELETE CASCADE,
  uid text NOT NULL,
  attempt integer NOT NULL,
  count integer NOT NULL DEFAULT 1,
  at timestamp with time zone NOT NULL,
  type text NOT NULL,
  reason text NOT NULL,
  source text NOT NULL,
  message text NOT NULL,
  PRIMARY KEY (run_id, uid)
);
--> statement-breakpoint
CREATE TABLE IF NOT EXISTS cluster_contact (
  name text PRIMARY KEY,
  version text,
  reached_at timestamp with time zone,
  last_error text,
  last_error_at timestamp with time zone
);
