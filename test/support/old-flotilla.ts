import { randomUUID } from 'node:crypto';
import pg from 'pg';

/** What flotilla-os names when it inserts a run; it knows no other columns. */
const INSERTED = [
  ...['run_id', 'definition_id', 'alias', 'image', 'cluster_name', 'exit_code', 'exit_reason'],
  ...['status', 'queued_at', 'started_at', 'finished_at', 'instance_id', 'instance_dns_name'],
  ...['group_name', 'env', 'command', 'memory', 'cpu', 'gpu', 'engine', 'node_lifecycle'],
  ...[
    'ephemeral_storage',
    'pod_name',
    'namespace',
    'max_cpu_used',
    'max_memory_used',
    'pod_events',
  ],
  ...['executable_id', 'executable_type', 'execution_request_custom', 'cpu_limit', 'memory_limit'],
  ...['attempt_count', 'spawned_runs', 'run_exceptions', 'active_deadline_seconds', 'task_type'],
  ...['command_hash', 'spark_extension', 'metrics_uri', 'description', 'idempotence_key', 'user'],
  ...['arch', 'labels', 'requires_docker', 'service_account', 'tier'],
];
/** An update rewrites all of these, whatever changed. */
const UPDATED = [
  ...INSERTED.filter((name) => !['run_id', 'task_type', 'command_hash'].includes(name)),
  'cloudtrail_notifications',
];
const JSON_COLUMNS = new Set([
  ...['env', 'pod_events', 'execution_request_custom', 'spawned_runs', 'run_exceptions'],
  ...['spark_extension', 'labels', 'cloudtrail_notifications'],
]);

type Values = Record<string, unknown>;

const quoted = (name: string): string => `"${name}"`;
const selected = (name: string): string =>
  JSON_COLUMNS.has(name) ? `${name}::TEXT` : quoted(name);
const SELECT = `select ${INSERTED.map(selected).join(', ')}, task_arn from task t`;

/**
 * The old service, as its database sees it: the statements and transactions of flotilla-os, from
 * its state/pg_queries.go and state/pg_state_manager.go, with the JSON `null`s that it writes.
 */
export class OldFlotilla {
  readonly #pool: pg.Pool;

  constructor(url: string) {
    this.#pool = new pg.Pool({ connectionString: url, max: 4 });
    // end() returns before its sockets are closed, and the database may be dropped then.
    this.#pool.on('connect', (client) => client.on('error', () => undefined));
  }

  close(): Promise<void> {
    return this.#pool.end();
  }

  async createRun(values: Values = {}): Promise<string> {
    const runId = `eks-${randomUUID().slice(4)}`;
    const row: Values = {
      ...{ run_id: runId, definition_id: 'etl-1', alias: 'nightly', image: 'i', status: 'QUEUED' },
      ...{ cluster_name: 'old', engine: 'eks', task_type: 'task', queued_at: new Date() },
      ...{ executable_id: 'etl-1', executable_type: 'task_definition', requires_docker: false },
      ...{ tier: 'Tier4', instance_id: '', instance_dns_name: '', group_name: 'etl', user: 'ada' },
      ...values,
    };
    const places = INSERTED.map((_, at) => `$${at + 1}`).join(', ');
    await this.#transaction((client) =>
      client.query(
        `INSERT INTO task (${INSERTED.map(quoted).join(', ')}) VALUES (${places})`,
        INSERTED.map((name) => wire(name, row[name])),
      ),
    );
    return String(row['run_id']);
  }

  /** Reads for update, merges, and writes the whole row. */
  async updateRun(runId: string, patch: Values): Promise<void> {
    await this.#transaction(async (client) => {
      const { rows } = await client.query<Values>(`${SELECT} where run_id = $1 for update`, [
        runId,
      ]);
      const merged = { ...rows[0], ...patch };
      const set = UPDATED.map((name, at) => `${quoted(name)} = $${at + 2}`).join(', ');
      await client.query(`UPDATE task SET ${set} WHERE run_id = $1`, [
        runId,
        ...UPDATED.map((name) => wire(name, merged[name])),
      ]);
    });
  }

  /** Gives up after half a second of waiting for a lock. */
  async runStatus(runId: string): Promise<string | null> {
    return this.#transaction(async (client) => {
      await client.query(`SET LOCAL lock_timeout = '500ms'`);
      const { rows } = await client.query<{ status: string }>(
        'SELECT run_id, status, exit_code, engine FROM task WHERE run_id = $1',
        [runId],
      );
      return rows[0]?.status ?? null;
    });
  }

  /** What its status worker asks for again and again. */
  async openRuns(): Promise<string[]> {
    const where = `where engine IN ('eks', 'eks-spark') and task_type = 'task'
      and status IN ('NEEDS_RETRY', 'RUNNING', 'QUEUED', 'PENDING')`;
    const sql = `${SELECT} ${where} order by started_at asc NULLS LAST limit $1 offset $2`;
    const { rows } = await this.#pool.query<{ run_id: string }>(sql, [1000, 0]);
    await this.#pool.query(`select COUNT(*) from (${sql}) as sq`, [null, 0]);
    return rows.map((row) => row.run_id);
  }

  async keyHolder(key: string): Promise<string | null> {
    const { rows } = await this.#pool.query<{ run_id: string }>(
      `WITH runs as (SELECT run_id FROM task WHERE idempotence_key = $1
         and (exit_code = 0 or exit_code is null)
         and queued_at >= CURRENT_TIMESTAMP - INTERVAL '7 days')
       SELECT run_id FROM runs LIMIT 1`,
      [key],
    );
    return rows[0]?.run_id ?? null;
  }

  async createDefinition(alias: string): Promise<string> {
    const id = `etl-${randomUUID()}`;
    await this.#transaction(async (client) => {
      await client.query(
        `INSERT INTO task_def (definition_id, image, group_name, alias, memory, command, env, cpu,
           gpu, adaptive_resource_allocation, ephemeral_storage, requires_docker, target_cluster)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
        [id, 'i', 'etl', alias, 512, 'true', 'null', 256, null, true, null, false, ''],
      );
      await this.#tag(client, id, 'etl');
    });
    return id;
  }

  async updateDefinition(id: string, image: string): Promise<void> {
    await this.#transaction(async (client) => {
      await client.query('SELECT * FROM task_def WHERE definition_id = $1 FOR UPDATE', [id]);
      await client.query('DELETE FROM task_def_ports WHERE task_def_id = $1', [id]);
      await client.query('DELETE FROM task_def_tags WHERE task_def_id = $1', [id]);
      await client.query(
        'UPDATE task_def SET image = $2, requires_docker = $3 WHERE definition_id = $1',
        [id, image, false],
      );
      await this.#tag(client, id, '');
    });
  }

  /** With all its runs. */
  async deleteDefinition(id: string): Promise<void> {
    await this.#transaction(async (client) => {
      await client.query('DELETE FROM task_def_ports WHERE task_def_id = $1', [id]);
      await client.query('DELETE FROM task_def_tags WHERE task_def_id = $1', [id]);
      await client.query('DELETE FROM task WHERE definition_id = $1', [id]);
      await client.query('DELETE FROM task_def WHERE definition_id = $1', [id]);
    });
  }

  async createCluster(name: string): Promise<void> {
    await this.#pool.query(
      `INSERT INTO cluster_state (name, cluster_version, status, status_reason, allowed_tiers,
         capabilities, namespace, region, emr_virtual_cluster, spark_server_uri)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id`,
      [name, '1', 'active', '', '{"Tier1"}', '{}', '', 'us-east-1', '', ''],
    );
  }

  async clusters(): Promise<string[]> {
    const { rows } = await this.#pool.query<{ name: string }>(
      'SELECT id, name, cluster_version, status, status_reason FROM cluster_state ORDER BY name ASC',
    );
    return rows.map((row) => row.name);
  }

  async workers(): Promise<unknown[]> {
    const { rows } = await this.#pool.query<Values>(
      'select worker_type, count_per_instance, engine from worker where engine = $1',
      ['eks'],
    );
    return rows;
  }

  /** At each of its starts. */
  async seedWorkers(): Promise<void> {
    await this.#pool.query(
      `INSERT INTO worker (worker_type, count_per_instance, engine)
       VALUES ('retry', $1, $4), ('submit', $2, $4), ('status', $3, $4)`,
      [1, 1, 1, 'eks'],
    );
  }

  async #tag(client: pg.PoolClient, id: string, tag: string): Promise<void> {
    await client.query(
      'INSERT INTO tags(text) SELECT $1 WHERE NOT EXISTS (SELECT text from tags where text = $2)',
      [tag, tag],
    );
    await client.query('INSERT INTO task_def_tags(task_def_id, tag_id) VALUES ($1, $2)', [id, tag]);
  }

  async #transaction<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect();
    try {
      await client.query('BEGIN');
      const result = await work(client);
      await client.query('COMMIT');
      return result;
    } catch (error) {
      await client.query('ROLLBACK');
      throw error;
    } finally {
      client.release();
    }
  }
}

/** It writes JSON `null` where there is none. */
function wire(name: string, value: unknown): unknown {
  if (!JSON_COLUMNS.has(name)) return value ?? null;
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}
