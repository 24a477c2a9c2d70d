import { z } from '@hono/zod-openapi';
import { defined } from '../../domain/defined.ts';
import type { Definition, DefinitionBody, DefinitionPatch } from '../../domain/definition.ts';
import {
  isSecretKey,
  isSecretName,
  NOT_A_KEY,
  NOT_A_NAME,
  storedVariable,
} from '../../domain/environment.ts';
import { filledText, text, time, wholeNumber } from './kit.ts';
import { pageFields, pageQuery } from './paging.ts';
import { runSummary } from './run-schema.ts';

const MAX_ATTEMPTS = 100;
const MAX_BACKOFF_SECONDS = 600;
const MAX_OOM_MEMORY_FACTOR = 10;

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
    retry_on_oom: z
      .boolean()
      .optional()
      .openapi({ description: 'try again, with more memory, when it was killed for memory' }),
    oom_memory_factor: z
      .number()
      .gt(1)
      .max(MAX_OOM_MEMORY_FACTOR)
      .optional()
      .openapi({ description: 'what its memory is multiplied by then' }),
  })
  .openapi('RetryPolicy', { description: 'what is left out is as the server is configured' });

/** isSecretName, as the document has it: a DNS subdomain, or an ARN. */
const SECRET_NAMES = [
  {
    type: 'string' as const,
    maxLength: 253,
    pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$',
  },
  {
    type: 'string' as const,
    maxLength: 2048,
    pattern:
      '^arn:[-_A-Za-z0-9]+:(secretsmanager:[-_A-Za-z0-9]+:[0-9]{12}:secret:|' +
      'ssm:[-_A-Za-z0-9]+:[0-9]{12}:parameter/)[!-~]+$',
  },
];

const secretKey = z
  .strictObject({
    name: z.string().refine(isSecretName, NOT_A_NAME).openapi({
      anyOf: SECRET_NAMES,
      example: 'db',
    }),
    key: z
      .string()
      .refine(isSecretKey, NOT_A_KEY)
      .openapi({ pattern: '^[-._a-zA-Z0-9]{1,253}$', example: 'password' }),
    optional: z
      .boolean()
      .optional()
      .openapi({ description: 'start without the variable where there is no such key' }),
  })
  .openapi('SecretKey', { description: 'a key of a secret of the cluster' });

/** With a value, or with the secret that has it. */
export const definitionEnvVar = z
  .strictObject({ name: filledText, value: text.optional(), secret: secretKey.optional() })
  .refine(({ value, secret }) => value !== undefined || secret !== undefined, {
    error: 'give either value or secret',
    path: ['value'],
  })
  .refine(({ value, secret }) => !value || secret === undefined, {
    error: 'must be empty where a secret is named',
    path: ['value'],
  })
  .openapi('DefinitionEnvVar', {
    not: {
      anyOf: [
        { properties: { value: { not: {} }, secret: { not: {} } } },
        {
          required: ['value', 'secret'],
          properties: { value: { type: 'string', minLength: 1 } },
        },
      ],
    },
  });

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
  env: z.array(definitionEnvVar).optional(),
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

export const storedEnvVar = z
  .object({
    name: z.string(),
    value: z.string().openapi({ description: 'empty where a secret is named' }),
    secret: z
      .object({ name: z.string(), key: z.string(), optional: z.boolean().optional() })
      .openapi('StoredSecretKey')
      .optional(),
  })
  .openapi('StoredDefinitionEnvVar');

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
  env: z.array(storedEnvVar),
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

export const listedDefinition = definition
  .extend({
    last_run: runSummary
      .nullable()
      .optional()
      .openapi({ description: 'its run that was queued last; there with `include=last_run`' }),
  })
  .openapi('ListedDefinition');

export const definitionPage = z
  .object({ definitions: z.array(listedDefinition), ...pageFields })
  .openapi('DefinitionPage');

export const definitionListQuery = z.strictObject({
  ...pageQuery,
  alias: filledText.optional(),
  alias_contains: filledText.optional(),
  group_name: filledText.optional(),
  image_contains: filledText.optional(),
  include: z
    .enum(['last_run'])
    .optional()
    .openapi({ description: 'what each definition shall have beside its own' }),
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
  const { memory_mb, cpu_millicores, ephemeral_storage_mb, retry_policy, env, ...same } = body;
  return defined({
    ...same,
    memory: memory_mb,
    cpu: cpu_millicores,
    ephemeral_storage: ephemeral_storage_mb,
    env: env?.map(storedVariable),
    retry_policy: retry_policy == null ? retry_policy : defined(retry_policy),
  });
}
