import { z } from '@hono/zod-openapi';
import { defined } from '../../domain/defined.ts';
import { storedVariable } from '../../domain/environment.ts';
import type { Template, TemplateBody } from '../../domain/template.ts';
import { definitionEnvVar, storedEnvVar } from './definition-schema.ts';
import { filledText, queryNumber, text, time, timeOf, wholeNumber } from './kit.ts';
import { userJson } from './user-json.ts';

const MAX_PAGE = 1_000;
const MAX_OFFSET = 2_147_483_647;
const { shape: recipe } = z.object({
  schema: userJson.openapi({ description: 'JSON Schema of the payload' }),
  command_template: filledText.openapi({
    description: "Go's text/template with the functions of sprig; it gives the command",
  }),
  defaults: userJson.default({}).openapi({ description: 'merged under every payload' }),
});

export const newTemplate = z
  .strictObject({
    template_name: filledText,
    ...recipe,
    description: text.optional(),
    avatar_uri: text.optional(),
    image: filledText,
    memory_mb: wholeNumber(1).optional(),
    cpu_millicores: wholeNumber(1).optional(),
    gpu: wholeNumber(0).optional(),
    ephemeral_storage_mb: wholeNumber(1).optional(),
    adaptive_resource_allocation: z.boolean().optional(),
    env: z.array(definitionEnvVar).optional(),
  })
  .openapi('NewTemplate');

export function bodyOf(body: z.output<typeof newTemplate>): Partial<TemplateBody> {
  const { memory_mb, cpu_millicores, ephemeral_storage_mb, env, ...same } = body;
  return defined({
    ...same,
    memory: memory_mb,
    cpu: cpu_millicores,
    ephemeral_storage: ephemeral_storage_mb,
    env: env?.map((one) => storedVariable({ ...one, value: one.value ?? '' })),
  });
}

const anything = z.record(z.string(), z.unknown());

export const template = z
  .object({
    template_id: z.string(),
    template_name: z.string(),
    version: z.int(),
    schema: anything,
    command_template: z.string(),
    defaults: anything,
    description: z.string().nullable(),
    avatar_uri: z.string(),
    image: z.string(),
    memory_mb: z.int(),
    cpu_millicores: z.int(),
    gpu: z.int(),
    ephemeral_storage_mb: z.int().nullable(),
    adaptive_resource_allocation: z.boolean().nullable(),
    env: z.array(storedEnvVar),
    created_at: time.nullable().openapi({ description: 'null for one that flotilla-os made' }),
    created_by: z.string().nullable(),
  })
  .openapi('Template');

export function templateJson(one: Template): z.output<typeof template> {
  return {
    template_id: one.template_id,
    template_name: one.template_name,
    version: one.version,
    schema: one.schema,
    command_template: one.command_template,
    defaults: one.defaults,
    description: one.description,
    avatar_uri: one.avatar_uri,
    image: one.image,
    memory_mb: one.memory,
    cpu_millicores: one.cpu,
    gpu: one.gpu,
    ephemeral_storage_mb: one.ephemeral_storage,
    adaptive_resource_allocation: one.adaptive_resource_allocation,
    env: one.env ?? [],
    created_at: timeOf(one.created_at),
    created_by: one.created_by,
  };
}

export const templateListQuery = z.strictObject({
  name_contains: filledText.optional(),
  limit: queryNumber(1, MAX_PAGE).default(100),
  offset: queryNumber(0, MAX_OFFSET).default(0),
});

export const templateList = z.object({ templates: z.array(template), total: z.int() });

export const createdTemplate = z
  .object({
    created: z.boolean().openapi({ description: 'false: the latest version says the same' }),
    template,
  })
  .openapi('CreatedTemplate');

export const templatePatch = z
  .strictObject({ description: text.nullable().optional(), avatar_uri: text.optional() })
  .openapi('TemplatePatch');

export const payloadBody = z.strictObject({ payload: userJson.default({}) });
export const draft = z.strictObject({ ...recipe, payload: userJson.default({}) });

export const preview = z
  .object({
    payload: anything.openapi({ description: 'merged with the defaults' }),
    command: z.string().nullable().openapi({ description: 'null when something is wrong' }),
    violations: z.array(
      z.object({
        path: z.string().openapi({ description: 'JSON pointer into the payload', example: '/n' }),
        text: z.string(),
      }),
    ),
    fault: z
      .object({
        line: z.int().nullable(),
        column: z.int().nullable(),
        reason: z.string(),
      })
      .nullable()
      .openapi({ description: 'where and why the command template does not render' }),
  })
  .openapi('TemplatePreview');
