-- What a template says beyond the columns of flotilla-os, which nobody there reads or writes.
ALTER TABLE template
  ADD COLUMN IF NOT EXISTS description text,
  ADD COLUMN IF NOT EXISTS ephemeral_storage integer,
  ADD COLUMN IF NOT EXISTS ports jsonb,
  ADD COLUMN IF NOT EXISTS tags jsonb,
  ADD COLUMN IF NOT EXISTS created_at timestamp with time zone,
  ADD COLUMN IF NOT EXISTS created_by text;
