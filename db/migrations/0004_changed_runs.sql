-- Which transaction last changed what lists show of a run. A trigger, so that it also holds for what a
-- flotilla-os on the same database writes. Null: not since this was added.
ALTER TABLE task ADD COLUMN IF NOT EXISTS changed_in bigint;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION flotilla_task_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.changed_in := pg_current_xact_id()::text::bigint;
  RETURN NEW;
END$$;
--> statement-breakpoint
DROP TRIGGER IF EXISTS flotilla_task_changed ON task;
--> statement-breakpoint
CREATE TRIGGER flotilla_task_changed
  BEFORE INSERT OR UPDATE OF definition_id, alias, image, group_name, cluster_name, engine, "user",
    env, status, exit_code, exit_reason, attempt_count, queued_at, started_at, finished_at,
    stop_requested_at
  ON task FOR EACH ROW EXECUTE FUNCTION flotilla_task_changed();
