import type { Schemas } from '../../../client/client.ts';

type Run = Schemas['Run'];

const RUN: Run = {
  run_id: 'local-1',
  definition_id: 'reports-1',
  definition_version: 1,
  template_id: null,
  template_payload: null,
  alias: 'report',
  image: 'ubuntu:latest',
  group_name: 'reports',
  cluster: 'default',
  engine: 'local',
  owner: 'ada',
  status: 'QUEUED',
  exit_code: null,
  exit_reason: null,
  attempt_count: 1,
  queued_at: '2026-01-31T12:00:00.000Z',
  started_at: null,
  finished_at: null,
  description: null,
  command: null,
  env: [],
  memory_mb: null,
  memory_limit_mb: null,
  max_memory_used_mb: null,
  cpu_millicores: null,
  cpu_limit_millicores: null,
  max_cpu_used_millicores: null,
  gpu: null,
  ephemeral_storage_mb: null,
  node_lifecycle: null,
  arch: null,
  tier: null,
  service_account: null,
  labels: {},
  active_deadline_seconds: null,
  idempotence_key: null,
  parent_run_id: null,
  stop_requested_at: null,
  stop_requested_by: null,
  run_exceptions: [],
  spark: null,
  notices: [],
};

/** What every run is given ahead of what its caller set, and what a job gives to runs that it starts. */
export function reservedEnv(runId: string, owner: string): Run['env'] {
  return [
    { name: 'FLOTILLA_SERVER_MODE', value: 'dev' },
    { name: 'FLOTILLA_RUN_ID', value: runId },
    { name: 'AWS_ROLE_SESSION_NAME', value: runId },
    { name: 'ITS_OWNER', value: owner },
  ];
}

/** A run as the API tells of it, of which a test says what it is about. */
export function aRun(more: Partial<Run> = {}): Run {
  return { ...RUN, ...more };
}
