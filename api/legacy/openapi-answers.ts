import { z } from '@hono/zod-openapi';
import { STATUSES } from '../../domain/lifecycle/status.ts';
import { definitionFields, templateFields } from '../decode/fields.ts';

const text = z.string();
const time = z.string().openapi({ format: 'date-time' });
const envVar = z.object({ name: text, value: text }).openapi('LegacyEnvVar');

const secretKey = z.object({ name: text, key: text, optional: z.boolean().optional() });
const definitionEnvVar = z
  .object({ name: text, value: text, secret: secretKey.optional() })
  .openapi('LegacyDefinitionEnvVar');

export const failure = z.object({ error: text }).openapi('LegacyError');

export const definition = definitionFields
  .extend({ definition_id: text, alias: text, image: text, env: z.array(definitionEnvVar) })
  .openapi('LegacyDefinition');

const anything = z.record(text, z.unknown());

export const template = templateFields
  .extend({
    template_id: text,
    template_name: text,
    version: z.int(),
    schema: anything,
    defaults: anything,
    command_template: text,
    avatar_uri: text,
    image: text,
    env: z.array(definitionEnvVar).nullable(),
  })
  .openapi('LegacyTemplate');

const paging = {
  total: z.int(),
  limit: z.int(),
  offset: z.int(),
  sort_by: text,
  order: z.enum(['asc', 'desc']),
  env_filters: z.record(text, text),
};

export const definitionList = z
  .object({ ...paging, definitions: z.array(definition) })
  .openapi('LegacyDefinitionList');

const { env_filters: _, ...pagingOfTemplates } = paging;

export const templateList = z
  .object({ ...pagingOfTemplates, templates: z.array(template) })
  .openapi('LegacyTemplateList');

const podEvent = z
  .object({
    timestamp: time.optional(),
    event_type: text,
    reason: text,
    source_object: text,
    message: text,
    count: z.int().optional().openapi({ description: 'where it is more than one' }),
  })
  .openapi('LegacyPodEvent');

export const events = z
  .object({ total: z.int(), pod_events: z.array(podEvent).nullable() })
  .openapi('LegacyEvents');

const times = {
  queued_at: time.optional(),
  started_at: time.optional(),
  finished_at: time.optional(),
};

/** What is not known is left out. */
export const run = z
  .object({
    run_id: text,
    definition_id: text,
    alias: text,
    image: text,
    cluster: text,
    status: z.enum(STATUSES),
    ...times,
    exit_code: z.int().optional(),
    exit_reason: text.optional(),
    group_name: text,
    user: text.optional(),
    task_type: text.optional(),
    env: z.array(envVar).optional(),
    command: text.optional(),
    command_hash: text.optional(),
    memory: z.int().optional(),
    memory_limit: z.int().optional(),
    max_memory_used: z.int().optional(),
    cpu: z.int().optional(),
    cpu_limit: z.int().optional(),
    max_cpu_used: z.int().optional(),
    gpu: z.int().optional(),
    ephemeral_storage: z.int().optional(),
    engine: text.optional(),
    node_lifecycle: text.optional(),
    pod_name: text.optional(),
    namespace: text.optional(),
    executable_id: text.optional(),
    executable_type: text.optional(),
    execution_request_custom: z.record(text, z.unknown()).optional(),
    attempt_count: z.int().optional(),
    spawned_runs: z.array(z.object({ run_id: text })).optional(),
    run_exceptions: z.array(text).optional(),
    active_deadline_seconds: z.int().optional(),
    description: text,
    metrics_uri: text.optional(),
    idempotence_key: text.optional(),
    arch: text,
    labels: z.record(text, text).optional(),
    requires_docker: z.boolean().optional(),
    service_account: text.optional(),
    tier: text.optional(),
    instance: z.object({ dns_name: text, instance_id: text }),
    pod_events: z.array(podEvent),
    cloudtrail_notifications: z.record(text, z.unknown()),
    spark_extension: z.record(text, z.unknown()),
    notices: z.array(text).optional(),
  })
  .openapi('LegacyRun');

export const runList = z
  .object({ ...paging, history: z.array(run).nullable() })
  .openapi('LegacyRunList');

export const runStatus = z
  .object({
    run_id: text,
    status: z.enum(STATUSES),
    ...times,
    exit_code: z.int().optional(),
    exit_reason: text.optional(),
    engine: text.optional(),
    definition_id: text,
    alias: text,
    cluster_name: text,
  })
  .openapi('LegacyRunStatus');

export const log = z.object({ log: text, last_seen: text }).openapi('LegacyLog');

/** A list of names under the key of their kind. */
export function names(key: string) {
  const rows: Record<string, z.ZodType> = { [key]: z.array(text) };
  return z.object({ total: z.int(), limit: z.int(), offset: z.int() }).extend(rows);
}

export const cluster = z
  .object({
    id: text,
    name: text,
    cluster_version: text,
    status: z.enum(['active', 'maintenance', 'offline']),
    status_reason: text,
    status_since: time,
    allowed_tiers: z.array(text),
    capabilities: z.array(text),
    region: text,
    namespace: text,
    emr_virtual_cluster: text,
    spark_server_uri: text,
    updated_at: time,
  })
  .openapi('LegacyCluster');

export const clusterList = z
  .object({ clusters: z.array(cluster).nullable() })
  .openapi('LegacyClusterList');

export const worker = z
  .object({ worker_type: text, count_per_instance: z.int(), engine: text })
  .openapi('LegacyWorker');

export const workerList = z
  .object({ total: z.int(), workers: z.array(worker) })
  .openapi('LegacyWorkerList');

export const health = z.object({ status: text, message: text });
