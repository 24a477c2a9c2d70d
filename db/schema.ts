import {
  bigint,
  boolean,
  integer,
  jsonb,
  pgEnum,
  pgTable,
  primaryKey,
  text,
  timestamp,
  varchar,
} from 'drizzle-orm/pg-core';
import type { EnvVar } from '../domain/environment.ts';
import type { PodEvent } from '../domain/run.ts';
import type { RetryPolicy } from '../domain/retry.ts';
import type { SparkExtension } from '../domain/spark.ts';
import type { Scope } from '../domain/scope.ts';
import type { AttemptState, Status } from '../domain/lifecycle/status.ts';
import type { DefinitionBody } from '../domain/definition.ts';

const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });

/** Definitions. Reference table; `version` and what follows it are ours. */
export const taskDef = pgTable('task_def', {
  definitionId: varchar('definition_id').primaryKey(),
  alias: varchar('alias'),
  image: varchar('image').notNull(),
  groupName: varchar('group_name').notNull(),
  memory: integer('memory'),
  cpu: integer('cpu'),
  gpu: integer('gpu'),
  command: text('command'),
  env: jsonb('env').$type<EnvVar[] | null>(),
  user: varchar('user'),
  arn: varchar('arn'),
  containerName: varchar('container_name'),
  taskType: varchar('task_type'),
  privileged: boolean('privileged'),
  adaptiveResourceAllocation: boolean('adaptive_resource_allocation'),
  ephemeralStorage: integer('ephemeral_storage'),
  requiresDocker: boolean('requires_docker').default(false),
  targetCluster: varchar('target_cluster'),
  version: integer('version').notNull().default(0),
  retryPolicy: jsonb('retry_policy').$type<Partial<RetryPolicy> | null>(),
  /** Hidden since then; runs and versions stay. */
  deletedAt: instant('deleted_at'),
});

export const taskDefPorts = pgTable(
  'task_def_ports',
  {
    taskDefId: varchar('task_def_id').notNull(),
    port: integer('port').notNull(),
  },
  (t) => [primaryKey({ columns: [t.taskDefId, t.port] })],
);

export const tags = pgTable('tags', { text: varchar('text').primaryKey() });

export const taskDefTags = pgTable('task_def_tags', {
  tagId: varchar('tag_id').notNull(),
  taskDefId: varchar('task_def_id').notNull(),
});

/** Every change of a definition, with who made it. */
export const definitionVersion = pgTable(
  'definition_version',
  {
    definitionId: varchar('definition_id').notNull(),
    version: integer('version').notNull(),
    author: text('author').notNull(),
    createdAt: instant('created_at').notNull().defaultNow(),
    body: jsonb('body').$type<DefinitionBody>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.definitionId, t.version] })],
);

/** Templates: a row for each version. Reference table; `description` and what follows it are ours. */
export const template = pgTable('template', {
  templateId: varchar('template_id').primaryKey(),
  templateName: varchar('template_name').notNull(),
  version: integer('version').notNull(),
  schema: jsonb('schema').$type<Record<string, unknown>>().notNull(),
  commandTemplate: text('command_template').notNull(),
  image: varchar('image').notNull(),
  memory: integer('memory').notNull(),
  gpu: integer('gpu').notNull(),
  cpu: integer('cpu').notNull(),
  env: jsonb('env').$type<EnvVar[] | null>(),
  privileged: boolean('privileged'),
  adaptiveResourceAllocation: boolean('adaptive_resource_allocation'),
  containerName: varchar('container_name').notNull(),
  defaults: jsonb('defaults').$type<Record<string, unknown> | null>(),
  avatarUri: varchar('avatar_uri'),
  description: text('description'),
  ephemeralStorage: integer('ephemeral_storage'),
  ports: jsonb('ports').$type<number[] | null>(),
  tags: jsonb('tags').$type<string[] | null>(),
  createdAt: instant('created_at'),
  createdBy: text('created_by'),
});

/** Runs. Reference table; what stands below `tier` is ours. */
export const task = pgTable('task', {
  runId: varchar('run_id').primaryKey(),
  definitionId: varchar('definition_id'),
  alias: varchar('alias'),
  image: varchar('image'),
  clusterName: varchar('cluster_name'),
  exitCode: integer('exit_code'),
  exitReason: varchar('exit_reason'),
  status: varchar('status').$type<Status>(),
  queuedAt: instant('queued_at'),
  startedAt: instant('started_at'),
  finishedAt: instant('finished_at'),
  instanceId: varchar('instance_id'),
  instanceDnsName: varchar('instance_dns_name'),
  groupName: varchar('group_name'),
  env: jsonb('env').$type<EnvVar[] | null>(),
  taskArn: varchar('task_arn'),
  dockerId: varchar('docker_id'),
  user: varchar('user'),
  taskType: varchar('task_type'),
  command: text('command'),
  commandHash: text('command_hash'),
  memory: integer('memory'),
  cpu: integer('cpu'),
  gpu: integer('gpu'),
  ephemeralStorage: integer('ephemeral_storage'),
  nodeLifecycle: text('node_lifecycle'),
  engine: varchar('engine').notNull().default('eks'),
  containerName: text('container_name'),
  podName: text('pod_name'),
  namespace: text('namespace'),
  maxCpuUsed: integer('max_cpu_used'),
  maxMemoryUsed: integer('max_memory_used'),
  podEvents: jsonb('pod_events').$type<PodEvent[] | null>(),
  cloudtrailNotifications: jsonb('cloudtrail_notifications').$type<unknown>(),
  sparkExtension: jsonb('spark_extension').$type<SparkExtension | null>(),
  executableId: varchar('executable_id'),
  executableType: varchar('executable_type').default('task_definition'),
  executionRequestCustom: jsonb('execution_request_custom').$type<Record<string, unknown> | null>(),
  memoryLimit: integer('memory_limit'),
  cpuLimit: integer('cpu_limit'),
  attemptCount: integer('attempt_count'),
  spawnedRuns: jsonb('spawned_runs').$type<{ run_id: string }[] | null>(),
  runExceptions: jsonb('run_exceptions').$type<string[] | null>(),
  metricsUri: varchar('metrics_uri'),
  activeDeadlineSeconds: integer('active_deadline_seconds'),
  description: varchar('description'),
  idempotenceKey: varchar('idempotence_key'),
  arch: varchar('arch'),
  labels: jsonb('labels').$type<Record<string, string> | null>(),
  requiresDocker: boolean('requires_docker').default(false),
  serviceAccount: varchar('service_account'),
  tier: text('tier'),
  workflowId: text('workflow_id'),
  workflowStartedAt: instant('workflow_started_at'),
  epoch: integer('epoch').notNull().default(0),
  seq: integer('seq').notNull().default(0),
  parentRunId: text('parent_run_id'),
  stopRequestedAt: instant('stop_requested_at'),
  stopRequestedBy: text('stop_requested_by'),
  definitionVersion: integer('definition_version'),
  /** The transaction that last changed what lists show of it; set by a trigger. */
  changedIn: bigint('changed_in', { mode: 'number' }),
});

/** The transitions of a run's lifecycle, in the order of (epoch, seq). */
export const runEvent = pgTable(
  'run_event',
  {
    runId: varchar('run_id').notNull(),
    epoch: integer('epoch').notNull(),
    seq: integer('seq').notNull(),
    status: text('status').$type<Status>().notNull(),
    attempt: integer('attempt').notNull().default(0),
    at: instant('at').notNull(),
    reason: text('reason'),
    actor: text('actor'),
    evidence: text('evidence'),
  },
  (t) => [primaryKey({ columns: [t.runId, t.epoch, t.seq] })],
);

/** What was asked of an engine, and what became of it. */
export const launchAttempt = pgTable(
  'launch_attempt',
  {
    runId: varchar('run_id').notNull(),
    attempt: integer('attempt').notNull(),
    state: text('state').$type<AttemptState>().notNull(),
    clusterName: text('cluster_name').notNull(),
    externalId: text('external_id'),
    intentAt: instant('intent_at').notNull(),
    /** When the engine was first asked to launch it. */
    askedAt: instant('asked_at'),
    launchedAt: instant('launched_at'),
    startedAt: instant('started_at'),
    endedAt: instant('ended_at'),
    exitCode: integer('exit_code'),
    exitReason: text('exit_reason'),
    failureClass: text('failure_class'),
    evidence: text('evidence'),
    maxMemoryUsed: integer('max_memory_used'),
    maxCpuUsed: integer('max_cpu_used'),
    /** What run or definition asked for, what the engine was asked to give, and why they differ. */
    askedCpu: integer('asked_cpu'),
    askedMemory: integer('asked_memory'),
    givenCpu: integer('given_cpu'),
    givenMemory: integer('given_memory'),
    sizing: text('sizing'),
    podName: text('pod_name'),
    host: text('host'),
    /** What the engine was given, in its own words. */
    manifest: text('manifest'),
    logBytes: bigint('log_bytes', { mode: 'number' }),
    logLines: bigint('log_lines', { mode: 'number' }),
    releasedAt: instant('released_at'),
  },
  (t) => [primaryKey({ columns: [t.runId, t.attempt] })],
);

/** What happened to a run's jobs on their cluster; an event that is repeated counts up. */
export const podEvent = pgTable(
  'pod_event',
  {
    runId: varchar('run_id').notNull(),
    uid: text('uid').notNull(),
    attempt: integer('attempt').notNull(),
    count: integer('count').notNull().default(1),
    at: instant('at').notNull(),
    type: text('type').notNull(),
    reason: text('reason').notNull(),
    source: text('source').notNull(),
    message: text('message').notNull(),
  },
  (t) => [primaryKey({ columns: [t.runId, t.uid] })],
);

/** When a cluster last answered, and what it last failed with. */
export const clusterContact = pgTable('cluster_contact', {
  name: text('name').primaryKey(),
  version: text('version'),
  reachedAt: instant('reached_at'),
  lastError: text('last_error'),
  lastErrorAt: instant('last_error_at'),
});

/** Who may run, and who waits; a pool is a cluster's name. */
export const slot = pgTable(
  'slot',
  {
    pool: text('pool').notNull(),
    runId: varchar('run_id').notNull(),
    attempt: integer('attempt').notNull(),
    priority: integer('priority').notNull().default(0),
    queuedAt: instant('queued_at').notNull(),
    grantedAt: instant('granted_at'),
  },
  (t) => [primaryKey({ columns: [t.runId, t.attempt, t.pool] })],
);

export const idempotence = pgTable('idempotence', {
  key: text('key').primaryKey(),
  runId: varchar('run_id').notNull(),
  claimedAt: instant('claimed_at').notNull().defaultNow(),
});

export const clusterStatus = pgEnum('cluster_status', ['active', 'maintenance', 'offline']);

/** Clusters. Reference table; `engine` (null means eks) and `slotLimit` are ours. */
export const clusterState = pgTable('cluster_state', {
  id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
  name: varchar('name').notNull(),
  clusterVersion: varchar('cluster_version').notNull().default(''),
  status: clusterStatus('status').notNull().default('active'),
  statusReason: varchar('status_reason'),
  statusSince: instant('status_since').defaultNow(),
  capabilities: varchar('capabilities').array().notNull().default([]),
  allowedTiers: varchar('allowed_tiers').array().notNull().default([]),
  region: varchar('region').notNull(),
  updatedAt: instant('updated_at').defaultNow(),
  namespace: varchar('namespace').notNull().default(''),
  emrVirtualCluster: varchar('emr_virtual_cluster').notNull().default(''),
  sparkServerUri: varchar('spark_server_uri').notNull().default(''),
  engine: text('engine'),
  slotLimit: integer('slot_limit'),
});

/** How many polling workers flotilla-os was to have. Reference table, kept for its API. */
export const worker = pgTable('worker', {
  workerType: varchar('worker_type'),
  engine: varchar('engine'),
  countPerInstance: integer('count_per_instance'),
});

/** Facts about this installation, such as which log store belongs to it. */
export const installation = pgTable('installation', {
  key: text('key').primaryKey(),
  value: text('value').notNull(),
});

/** Who may call. The token itself is not here, only its hash. */
export const apiToken = pgTable('api_token', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  hash: text('hash').notNull(),
  scopes: text('scopes').array().$type<Scope[]>().notNull(),
  createdAt: instant('created_at').notNull().defaultNow(),
  createdBy: text('created_by').notNull(),
  expiresAt: instant('expires_at'),
  revokedAt: instant('revoked_at'),
  lastUsedAt: instant('last_used_at'),
});
