import { z } from '@hono/zod-openapi';
import { STATUSES } from '../../domain/lifecycle/status.ts';
import { pageFields } from './paging.ts';
import { filledText, text, time, wholeNumber } from './kit.ts';
import { userJson } from './user-json.ts';

const WHEN_STOPPED = 'null until the run is over, and where it cannot be known';

export const envVar = z.strictObject({ name: filledText, value: text }).openapi('EnvVar');

const summaryFields = {
  run_id: z.string(),
  definition_id: z.string().nullable().openapi({ description: 'null for a run of a template' }),
  template_id: z.string().nullable().openapi({ description: 'of a run of a template' }),
  alias: z.string().nullable(),
  image: z.string().nullable(),
  group_name: z.string().nullable(),
  cluster: z.string().nullable(),
  engine: z.string(),
  owner: z.string().nullable(),
  status: z.enum(STATUSES).nullable(),
  exit_code: z.int().nullable().openapi({ description: WHEN_STOPPED }),
  exit_reason: z.string().nullable(),
  attempt_count: z.int().nullable(),
  queued_at: time.nullable(),
  started_at: time.nullable(),
  finished_at: time.nullable(),
};

/** A run as lists have it. */
export const runSummary = z.object(summaryFields).openapi('RunSummary');

const sparkJob = z
  .object({
    job_run_id: z.string().nullable().openapi({ description: 'of EMR' }),
    virtual_cluster_id: z.string().nullable(),
    app_id: z.string().nullable().openapi({ description: 'of Spark' }),
    app_uri: z
      .string()
      .nullable()
      .openapi({ description: "Spark's page of the job, until it is over" }),
    history_uri: z.string().nullable(),
    metrics_uri: z.string().nullable(),
    driver_oom: z.boolean(),
    executor_oom: z.boolean(),
  })
  .openapi('SparkJob');

export const run = z
  .object({
    ...summaryFields,
    definition_version: z.int().nullable(),
    template_payload: z
      .record(z.string(), z.unknown())
      .nullable()
      .openapi({ description: 'what its template was given, merged with the defaults' }),
    description: z.string().nullable(),
    command: z.string().nullable(),
    env: z.array(z.object({ name: z.string(), value: z.string() }).openapi('StoredEnvVar')),
    memory_mb: z.int().nullable(),
    memory_limit_mb: z.int().nullable(),
    max_memory_used_mb: z.int().nullable(),
    cpu_millicores: z.int().nullable(),
    cpu_limit_millicores: z.int().nullable(),
    max_cpu_used_millicores: z.int().nullable(),
    gpu: z.int().nullable(),
    ephemeral_storage_mb: z.int().nullable(),
    node_lifecycle: z.string().nullable(),
    arch: z.string().nullable(),
    tier: z.string().nullable(),
    service_account: z.string().nullable(),
    labels: z.record(z.string(), z.string()),
    active_deadline_seconds: z.int().nullable(),
    idempotence_key: z.string().nullable(),
    parent_run_id: z.string().nullable(),
    stop_requested_at: time.nullable(),
    stop_requested_by: z.string().nullable(),
    run_exceptions: z.array(z.string()),
    spark: sparkJob.nullable().openapi({ description: 'null for what is no Spark job' }),
    notices: z
      .array(z.string())
      .openapi({ description: 'what the engine does not do of what the definition asks' }),
  })
  .openapi('Run');

export const runPage = z.object({ runs: z.array(runSummary), ...pageFields }).openapi('RunPage');

const launchFields = {
  owner: filledText
    .optional()
    .openapi({ description: 'on whose behalf; by default the caller, where that is known' }),
  cluster: filledText.optional(),
  engine: filledText.optional(),
  env: z.array(envVar).default([]),
  command: filledText.optional().openapi({ description: "instead of the definition's" }),
  memory_mb: wholeNumber(1).optional(),
  cpu_millicores: wholeNumber(1).optional(),
  gpu: wholeNumber(0).optional(),
  ephemeral_storage_mb: wholeNumber(1).optional(),
  node_lifecycle: z.enum(['ondemand', 'spot']).optional(),
  active_deadline_seconds: wholeNumber(0)
    .optional()
    .openapi({ description: 'how long the run may be RUNNING' }),
  description: filledText.optional(),
  idempotence_key: text.optional().openapi({
    description: 'the same key again answers with the same run; an empty key is no key',
  }),
  arch: filledText.optional(),
  labels: z.record(text, text).optional(),
  service_account: filledText.optional(),
  tier: filledText.optional(),
};

export const templateLaunch = z
  .strictObject({
    payload: userJson.default({}).openapi({ description: "merged over the template's defaults" }),
    ...launchFields,
  })
  .openapi('TemplateLaunch');

export const launch = z
  .strictObject({
    definition_id: filledText.optional(),
    alias: filledText.optional(),
    ...launchFields,
  })
  .refine((body) => (body.definition_id === undefined) !== (body.alias === undefined), {
    error: 'give either definition_id or alias',
    path: ['definition_id'],
  })
  .openapi('Launch');

export const stopped = z
  .object({
    run_ids: z
      .array(z.string())
      .openapi({ description: 'the runs that are being stopped; none when all are over' }),
  })
  .openapi('Stopped');
