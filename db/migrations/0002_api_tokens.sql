-- Who may call the API. Of a token only its SHA-256 is here, and nothing else fits.
CREATE TABLE IF NOT EXISTS api_token (
  id text PRIMARY KEY,
  -- One name is one token for ever, because what was done is recorded by name.
  name text NOT NULL UNIQUE,
  hash text NOT NULL UNIQUE CHECK (hash ~ '^[0-9a-f]{64}$'),
  scopes text[] NOT NULL CHECK (
    cardinality(scopes) > 0 AND scopes <@ ARRAY['read', 'run', 'define', 'admin']
  ),
  created_at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
  created_by text NOT NULL,
  expires_at timestamp with time zone,
  revoked_at timestamp with time zone,
  last_used_at timestamp with time zone
);
