import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Client,
  Connection,
  ScheduleNotFoundError,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { inject } from 'vitest';
import { loadConfig, parseAddress } from '../../conf/load.ts';
import type { Config } from '../../conf/schema.ts';
import { seedCluster } from '../../db/clusters.ts';
import { startServer, type RunningServer } from '../../server.ts';
import { createLogger, type Logger } from '../../telemetry/log.ts';
import { openTelemetry, type OpenTelemetry } from '../../telemetry/open.ts';
import { reconcileId } from '../../temporal/services.ts';
import { startWorker, type RunningWorker, type WorkerDeps } from '../../worker.ts';
import { ApiClient } from '../../cli/client.ts';
import { eventually } from './eventually.ts';
import { createTestDatabase, patient, type TestDatabase } from './database.ts';
import { removeLocalJobs } from './local-jobs.ts';

export interface RunJson {
  run_id: string;
  definition_id: string;
  status: string;
  cluster: string;
  exit_code?: number;
  exit_reason?: string;
  queued_at?: string;
  started_at?: string;
  finished_at?: string;
  attempt_count?: number;
  env: { name: string; value: string }[];
  pod_events: { reason: string; message: string }[];
  notices?: string[];
}

export interface TransitionJson {
  position: string;
  status: string;
  attempt: number;
  at: string;
  reason: string | null;
  actor: string | null;
  evidence: string | null;
}

export interface TestFlotilla {
  config: Config;
  log: Logger;
  dir: string;
  database: TestDatabase;
  temporal: Client;
  telemetry: OpenTelemetry;
  server: RunningServer;
  worker: RunningWorker | null;
  api: ApiClient;
  url: string;
  /** Defines a job and answers with its alias. */
  define(command: string, more?: Record<string, unknown>): Promise<string>;
  execute(alias: string, more?: Record<string, unknown>): Promise<RunJson>;
  /** Defines and executes. */
  run(command: string, more?: Record<string, unknown>): Promise<RunJson>;
  get(runId: string): Promise<RunJson>;
  transitions(runId: string): Promise<TransitionJson[]>;
  /** Waits until the run has one of the statuses. */
  until(runId: string, ...statuses: string[]): Promise<RunJson>;
  logOf(runId: string): Promise<string>;
  stop(): Promise<void>;
}

export interface FlotillaOptions {
  config?: Partial<Record<keyof Config, unknown>>;
  /** False leaves out the worker; the test starts its own. */
  worker?: boolean;
  engineFor?: WorkerDeps['engineFor'];
  workerDeps?: Partial<WorkerDeps>;
  slotLimit?: number | null;
  /** False leaves out the cluster `default` of engine local. */
  defaultCluster?: boolean;
  /** Instead of a fresh one. */
  database?: TestDatabase;
  /** Told the data directory before anything starts. */
  onDir?: (dir: string) => void;
}

/** Server and worker in this process, on a database, task queue and data directory of their own. */
export async function startFlotilla(options: FlotillaOptions = {}): Promise<TestFlotilla> {
  const database = options.database ?? (await createTestDatabase());
  const dir = mkdtempSync(join(tmpdir(), 'flotilla-data-'));
  options.onDir?.(dir);
  const config = testConfig(database.url, dir, options.config);
  const log = createLogger(config.log_level, 'test');
  if (options.defaultCluster !== false) {
    await seedCluster(database.db, {
      name: 'default',
      engine: 'local',
      region: 'local',
      slotLimit: options.slotLimit ?? null,
    });
  }
  const telemetry = await openTelemetry(config, log, parseAddress);
  const waiting = { ...config, database_url: patient(config.database_url ?? database.url) };
  const server = await startServer({ config: waiting, log, telemetry });
  const worker =
    options.worker === false
      ? null
      : await startWorker({
          config,
          log,
          telemetry,
          onClient: server.adopt,
          ...(options.engineFor === undefined ? {} : { engineFor: options.engineFor }),
          ...options.workerDeps,
        });
  const connection = await Connection.connect({ address: inject('temporalAddress') });
  const url = server.urls[0] ?? '';
  const api = new ApiClient(url);
  const flotilla: TestFlotilla = {
    config,
    log,
    dir,
    database,
    temporal: new Client({ connection }),
    telemetry,
    server,
    worker,
    api,
    url,
    ...calls(api),
    async stop() {
      await flotilla.worker?.stop();
      await flotilla.server.stop();
      await telemetry.close();
      await endServices(flotilla.temporal, config.temporal_task_queue);
      await connection.close();
      await removeLocalJobs(dir);
      await database.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
  return flotilla;
}

/** What would keep a Temporal that others share busy for as long as it is up. */
async function endServices(client: Client, taskQueue: string): Promise<void> {
  try {
    await client.schedule.getHandle(reconcileId(taskQueue)).delete();
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
  }
  const query = `TaskQueue = '${taskQueue}' AND ExecutionStatus = 'Running'`;
  for await (const { workflowId } of client.workflow.list({ query })) {
    await client.workflow.getHandle(workflowId).terminate('its test is over').catch(notFound);
  }
}

function notFound(error: unknown): void {
  if (!(error instanceof WorkflowNotFoundError)) throw error;
}

/** Short waits, so that a test sees in seconds what takes minutes in service. */
export function testConfig(
  databaseUrl: string,
  dir: string,
  more: Partial<Record<keyof Config, unknown>> = {},
): Config {
  return loadConfig({
    environment: {},
    defaults: {
      database_url: databaseUrl,
      temporal_address: inject('temporalAddress'),
      temporal_task_queue: `t-${randomUUID().slice(0, 8)}`,
      http_server_listen_address: '127.0.0.1:0',
      data_dir: dir,
      stop_grace_seconds: 2,
      sweep_seconds: 2,
      reconcile_seconds: 2,
      clusters_refresh_seconds: 1,
      reconcile_age_seconds: 2,
      retry_backoff_seconds: 0,
      worker_shutdown_grace_seconds: 2,
      log_level: process.env['TEST_LOG_LEVEL'] ?? 'error',
      ...more,
    },
  });
}

function calls(api: ApiClient) {
  const flotilla = {
    async define(command: string, more: Record<string, unknown> = {}) {
      const alias = `job-${randomUUID().slice(0, 8)}`;
      const body = { alias, image: 'ubuntu:latest', group_name: 'test', command, ...more };
      await api.json('POST', '/api/v6/task', body);
      return alias;
    },
    execute(alias: string, more: Record<string, unknown> = {}) {
      const body = { cluster: 'default', run_tags: { owner_id: 'ada' }, ...more };
      return api.json<RunJson>('PUT', `/api/v6/task/alias/${alias}/execute`, body);
    },
    async run(command: string, more: Record<string, unknown> = {}) {
      return flotilla.execute(await flotilla.define(command), more);
    },
    get: (runId: string) => api.json<RunJson>('GET', `/api/v6/history/${runId}`),
    async transitions(runId: string) {
      const path = `/api/v8/runs/${runId}/transitions`;
      return (await api.json<{ transitions: TransitionJson[] }>('GET', path)).transitions;
    },
    async until(runId: string, ...statuses: string[]) {
      return eventually(
        `${runId} is ${statuses.join(' or ')}`,
        async () => {
          const run = await flotilla.get(runId);
          return statuses.includes(run.status) ? run : null;
        },
        90_000,
      );
    },
    async logOf(runId: string) {
      return (await api.request('GET', `/api/v6/${runId}/logs?raw_text=true`)).text();
    },
  };
  return flotilla;
}
