import type pg from 'pg';
import { FlotillaError } from '../domain/errors.ts';

/** Columns that migrations of flotilla-os after its first one added: without them it is older. */
const LATER_COLUMNS: Record<string, readonly string[]> = {
  task_def: ['ephemeral_storage', 'requires_docker', 'target_cluster'],
  task: [
    'spark_extension',
    'executable_id',
    'executable_type',
    'execution_request_custom',
    'memory_limit',
    'cpu_limit',
    'attempt_count',
    'spawned_runs',
    'run_exceptions',
    'metrics_uri',
    'active_deadline_seconds',
    'description',
    'idempotence_key',
    'arch',
    'labels',
    'ephemeral_storage',
    'requires_docker',
    'service_account',
    'tier',
  ],
  template: ['template_name', 'defaults', 'avatar_uri'],
  cluster_state: ['namespace', 'emr_virtual_cluster', 'spark_server_uri'],
};

/**
 * Our migrations leave the tables of flotilla-os as they are, so these must be complete.
 * @throws FlotillaError `conflict` for a database of an older flotilla-os
 */
export async function refuseOlderReference(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ table_name: string; columns: string[] }>(
    `SELECT c.relname AS table_name, array_agg(a.attname::text) AS columns
     FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped
     WHERE c.oid IN (SELECT to_regclass(name) FROM unnest($1::text[]) AS name)
     GROUP BY c.relname`,
    [Object.keys(LATER_COLUMNS)],
  );
  const missing = rows.flatMap(({ table_name: table, columns }) =>
    (LATER_COLUMNS[table] ?? [])
      .filter((column) => !columns.includes(column))
      .map((column) => `${table}.${column}`),
  );
  if (missing.length === 0) return;
  throw new FlotillaError(
    'conflict',
    `this database is of an older flotilla-os: it lacks ${missing.join(', ')}; ` +
      `apply the newest migrations of flotilla-os first`,
  );
}
