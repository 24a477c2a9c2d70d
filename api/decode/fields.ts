import { z } from 'zod';
import { int32 } from './int32.ts';
import { sparkExtension } from './spark.ts';

/** A map of the user's own keys, whatever they are named (z.record would drop `__proto__`). */
const stringMap = z.unknown().transform((value, context): Record<string, string> => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    context.addIssue('expected an object');
    return z.NEVER;
  }
  const wrong = Object.entries(value).find(([, item]) => typeof item !== 'string');
  if (wrong !== undefined) {
    context.addIssue({ code: 'custom', path: [wrong[0]], message: 'expected string' });
    return z.NEVER;
  }
  return value as Record<string, string>;
});

/** Whatever the user says: its keys are the user's own. */
const userObject = z.unknown().transform((value, context): Record<string, unknown> => {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  context.addIssue('expected an object');
  return z.NEVER;
});

export const envVar = z.object({
  name: z.string().default(''),
  value: z.string().default(''),
});

/** Of definitions. A launch that names a secret is refused, for which it must be read. */
const secretEnvVar = envVar.extend({
  secret: z
    .object({
      name: z.string().default(''),
      key: z.string().default(''),
      optional: z.boolean().optional(),
    })
    .optional(),
});

/** The fields of a definition that callers of v1 to v6 may write. */
export const definitionFields = z.object({
  alias: z.string().optional(),
  image: z.string().optional(),
  group_name: z.string().optional(),
  command: z.string().optional(),
  memory: int32.optional(),
  cpu: int32.optional(),
  gpu: int32.optional(),
  ephemeral_storage: int32.optional(),
  adaptive_resource_allocation: z.boolean().optional(),
  requires_docker: z.boolean().optional(),
  task_type: z.string().optional(),
  target_cluster: z.string().optional(),
  env: z.array(secretEnvVar).optional(),
  ports: z.array(int32).optional(),
  tags: z.array(z.string()).optional(),
});

/** Launch requests of v4, v6 and of the alias routes. */
export const launchFields = z.object({
  cluster: z.string().optional(),
  engine: z.string().optional(),
  env: z.array(secretEnvVar).optional(),
  command: z.string().optional(),
  memory: int32.optional(),
  cpu: int32.optional(),
  gpu: int32.optional(),
  ephemeral_storage: int32.optional(),
  node_lifecycle: z.string().optional(),
  active_deadline_seconds: int32.optional(),
  description: z.string().optional(),
  idempotence_key: z.string().optional(),
  arch: z.string().optional(),
  labels: stringMap.optional(),
  service_account: z.string().optional(),
  tier: z.string().optional(),
  spark_extension: sparkExtension.optional(),
  run_tags: z
    .object({
      owner_id: z.string().optional(),
      owner_email: z.string().optional(),
      team_name: z.string().optional(),
    })
    .optional(),
});

/** A template, as v7 creates it. */
export const templateFields = z.object({
  template_name: z.string().optional(),
  schema: userObject.optional(),
  command_template: z.string().optional(),
  defaults: userObject.optional(),
  avatar_uri: z.string().optional(),
  description: z.string().optional(),
  image: z.string().optional(),
  memory: int32.optional(),
  cpu: int32.optional(),
  gpu: int32.optional(),
  ephemeral_storage: int32.optional(),
  adaptive_resource_allocation: z.boolean().optional(),
  env: z.array(secretEnvVar).optional(),
  ports: z.array(int32).optional(),
  tags: z.array(z.string()).optional(),
});

/** What may be changed of a version of a template. */
export const appearanceFields = z.object({
  description: z.string().optional(),
  avatar_uri: z.string().optional(),
});

/** What a caller gives a template. */
export const payloadFields = z.object({ template_payload: userObject.optional() });

/** Launch requests of templates: those of definitions, but the owner stands by itself. */
export const templateLaunchFields = launchFields
  .omit({ run_tags: true, spark_extension: true })
  .extend({
    ...payloadFields.shape,
    owner_id: z.string().optional(),
    cluster_name: z.string().optional(),
    dry_run: z.boolean().optional(),
  });

/** PUT status. */
export const statusFields = z.object({
  status: z.string().optional(),
  exit_code: int32.optional(),
  exit_reason: z.string().optional(),
  run_exceptions: z.array(z.string()).optional(),
});

/** A cluster, as v6 creates and replaces it. */
export const clusterFields = z.object({
  name: z.string().optional(),
  cluster_version: z.string().optional(),
  status: z.string().optional(),
  status_reason: z.string().optional(),
  allowed_tiers: z.array(z.string()).optional(),
  capabilities: z.array(z.string()).optional(),
  region: z.string().optional(),
  namespace: z.string().optional(),
  emr_virtual_cluster: z.string().optional(),
  spark_server_uri: z.string().optional(),
});

/** How many polling workers of a kind flotilla-os was to have. */
export const workerFields = z.object({
  worker_type: z.string().optional(),
  count_per_instance: int32.optional(),
});
