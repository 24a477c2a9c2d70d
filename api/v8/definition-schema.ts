import { z } from '@hono/zod-openapi';
import { defined } from '../../domain/defined.ts';
import type { Definition, DefinitionBody, DefinitionPatch } from '../../domain/definition.ts';
import { filledText, text, time, wholeNumber } from './kit.ts';
import { pageFields, pageQuery } from './paging.ts';
import { envVar } from './run-schema.ts';

const MAX_ATTEMPTS = 100;
const MAX_BACKOFF_SECONDS = 600;

const retryPolicy = z
  .strictObject({
    max_attempts: wholeNumber(1, MAX_ATTEMPTS)
      .optional()
      .openapi({ description: 'in all, the first included' }),
    backoff_seconds: wholeNumber(0, MAX_BACKOFF_SECONDS)
      .optional()
      .openapi({ description: 'before the second attempt; doubled for each later one' }),
    retry_on_unknown: z
      .boolean()
      .optional()
      .openapi({ description: 'try again when the outcome of an attempt cannot be known' }),
    exit_codes: z
      .array(wholeNumber(1, 255))
      .optional()
      .openapi({ description: "the job's own exit codes that deserve another attempt" }),
  })
  .openapi('RetryPolicy', { description: 'what is left out is as the server is configured' });

/** What may be absent; null clears it. */
const options = {
  group_name: text.optional(),
  command: text.nullable().optional(),
  memory_mb: wholeNumber(1).nullable().optional(),
  cpu_millicores: wholeNumber(1).nullable().optional(),
  gpu: wholeNumber(0).nullable().optional(),
  ephemeral_storage_mb: wholeNumber(1).nullable().optional(),
  adaptive_resource_allocation: z.boolean().nullable().optional(),
  requires_docker: z.boolean().optional(),
  task_type: text.nullable().optional(),
  target_cluster: text.nullable().optional(),
  env: z.array(envVar).optional(),
  ports: z.array(wholeNumber(1, 65_535)).optional(),
  tags: z.array(filledText).optional(),
  retry_policy: retryPolicy.nullable().optional(),
};

export const newDefinition = z
  .strictObject({ alias: filledText, image: filledText, ...options })
  .openapi('NewDefinition');

export const definitionPatch = z
  .strictObject({ alias: filledText.optional(), image: filledText.optional(), ...options })
  .openapi('DefinitionPatch');

const bodyFields = {
  alias: z.string(),
  image: z.string(),
  group_name: z.string(),
  command: z.string().nullable(),
  memory_mb: z.int().nullable(),
  cpu_millicores: z.int().nullable(),
  gpu: z.int().nullable(),
  ephemeral_storage_mb: z.int().nullable(),
  adaptive_resource_allocation: z.boolean().nullable(),
  requires_docker: z.boolean(),
  task_type: z.string().nullable(),
  target_cluster: z.string().nullable(),
  env: z.array(z.object({ name: z.string(), value: z.string() }).openapi('StoredEnvVar')),
  ports: z.array(z.int()),
  tags: z.array(z.string()),
  retry_policy: retryPolicy.nullable(),
};

export const definition = z
  .object({
    definition_id: z.string(),
    version: z
      .int()
      .openapi({ description: '0 for a definition of flotilla-os that never changed here' }),
    ...bodyFields,
  })
  .openapi('Definition');

export const definitionPage = z
  .object({ definitions: z.array(definition), ...pageFields })
  .openapi('DefinitionPage');

export const definitionListQuery = z.strictObject({
  ...pageQuery,
  alias: filledText.optional(),
  alias_contains: filledText.optional(),
  group_name: filledText.optional(),
  image_contains: filledText.optional(),
});

const versionFields = { version: z.int(), author: z.string(), created_at: time };

export const versionList = z
  .object({ versions: z.array(z.object(versionFields).openapi('VersionSummary')) })
  .openapi('VersionList');

export const version = z
  .object({ definition_id: z.string(), ...versionFields, body: z.object(bodyFields) })
  .openapi('Version');

export function bodyJson(body: DefinitionBody) {
  return {
    alias: body.alias,
    image: body.image,
    group_name: body.group_name,
    command: body.command,
    memory_mb: body.memory,
    cpu_millicores: body.cpu,
    gpu: body.gpu,
    ephemeral_storage_mb: body.ephemeral_storage,
    adaptive_resource_allocation: body.adaptive_resource_allocation,
    requires_docker: body.requires_docker,
    task_type: body.task_type,
    target_cluster: body.target_cluster,
    env: body.env,
    ports: body.ports,
    tags: body.tags,
    retry_policy: body.retry_policy,
  };
}

export function definitionJson(one: Definition): z.output<typeof definition> {
  return { definition_id: one.definition_id, version: one.version, ...bodyJson(one) };
}

/** What a request says of a definition, in the words of the domain. */
export function patchOf(body: z.output<typeof definitionPatch>): DefinitionPatch {
  const { memory_mb, cpu_millicores, ephemeral_storage_mb, retry_policy, ...same } = body;
  return defined({
    ...same,
    memory: memory_mb,
    cpu: cpu_millicores,
    ephemeral_storage: ephemeral_storage_mb,
    retry_policy: retry_policy == null ? retry_policy : defined(retry_policy),
  });
}
