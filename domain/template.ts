import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Definition } from './definition.ts';
import { checkSecrets, type EnvVar } from './environment.ts';
import { FlotillaError, invalid } from './errors.ts';
import { refuseLongList, refuseLongTexts } from './sizes.ts';

export type JsonObject = Record<string, unknown>;

/** What a version of a template says. Units: megabytes, millicores. */
export interface TemplateBody {
  template_name: string;
  /** JSON Schema of what a caller may say. */
  schema: JsonObject;
  /** Go's text/template; given what a caller says, it gives the command. */
  command_template: string;
  /** What a caller need not say. */
  defaults: JsonObject;
  avatar_uri: string;
  description: string | null;
  image: string;
  memory: number;
  cpu: number;
  gpu: number;
  ephemeral_storage: number | null;
  env: EnvVar[] | null;
  adaptive_resource_allocation: boolean | null;
  ports: number[] | null;
  tags: string[] | null;
}

export interface Template extends TemplateBody {
  template_id: string;
  /** Counts from 1 within a name. */
  version: number;
  /** Null for those that flotilla-os made. */
  created_at: Date | null;
  created_by: string | null;
}

/** As flotilla-os has them (state/models.go). */
const LEAST = { memory: 512, cpu: 256 };
/** As runs of templates are grouped in flotilla-os. */
export const TEMPLATE_GROUP = 'template_group_name';
export const TEMPLATE_TYPE = 'template';
/** The version of a name that was made last. */
export const LATEST = 'latest';

const MAX_AVATAR_BYTES = 65_536;

/** A request's fields with what flotilla-os gives to those that are absent. */
export function fullTemplate(body: Partial<TemplateBody>): TemplateBody {
  return {
    template_name: body.template_name ?? '',
    schema: body.schema ?? {},
    command_template: body.command_template ?? '',
    defaults: body.defaults ?? {},
    avatar_uri: body.avatar_uri ?? '',
    description: body.description ?? null,
    image: body.image ?? '',
    memory: body.memory ?? LEAST.memory,
    cpu: body.cpu ?? LEAST.cpu,
    gpu: body.gpu ?? 0,
    ephemeral_storage: body.ephemeral_storage ?? null,
    env: body.env ?? null,
    adaptive_resource_allocation: body.adaptive_resource_allocation ?? true,
    ports: body.ports ?? null,
    tags: body.tags ?? null,
  };
}

/**
 * Passes when nothing is missing, in flotilla-os's words, and everything can be stored.
 * @throws FlotillaError `invalid`
 */
export function checkTemplate(body: TemplateBody): void {
  const missing = [
    body.template_name === '' && 'string [template_name] must be specified',
    Object.keys(body.schema).length === 0 && 'schema must be specified',
    body.command_template === '' && 'string [command_template] must be specified',
    body.image === '' && 'string [image] must be specified',
  ].filter((text) => text !== false);
  if (missing.length > 0) throw new FlotillaError('invalid', missing.join('\n'));
  for (const field of ['memory', 'cpu', 'gpu', 'ephemeral_storage'] as const)
    if ((body[field] ?? 0) < 0) throw invalid(field, 'must not be negative');
  checkSecrets(body.env ?? []);
  refuseLongTexts({ template_name: body.template_name, image: body.image });
  refuseLongList('ports', body.ports ?? undefined);
  refuseLongList('tags', body.tags ?? undefined);
  checkAppearance(body);
}

/** What may be changed of a version: it is no part of what a run does. */
export interface Appearance {
  description?: string | null;
  avatar_uri?: string;
}

/** @throws FlotillaError `invalid` */
export function checkAppearance({ description, avatar_uri: avatar }: Appearance): void {
  refuseLongTexts({ avatar_uri: avatar, description }, MAX_AVATAR_BYTES);
}

/** What makes a new version when it differs; the order within lists counts. */
const VERSIONED = [
  'command_template',
  'image',
  'memory',
  'gpu',
  'cpu',
  'ephemeral_storage',
  'env',
  'adaptive_resource_allocation',
  'defaults',
  'avatar_uri',
  'ports',
  'tags',
  'schema',
] as const satisfies (keyof TemplateBody)[];
/** flotilla-os compares these only where both versions have them. */
const WHERE_BOTH_SAY: ReadonlySet<string> = new Set(['env', 'ports', 'tags']);

/** The fields in which two versions differ. */
export function templateDifference(one: TemplateBody, other: TemplateBody): string[] {
  return VERSIONED.filter((field) => {
    const [a, b] = [one[field], other[field]];
    if (WHERE_BOTH_SAY.has(field) && (a === null || b === null)) return false;
    return !isDeepStrictEqual(a, b);
  });
}

/** `tpl-` and a random UUID cut so that the whole has 36 characters, as in flotilla-os. */
export function newTemplateId(uuid: string = randomUUID()): string {
  return `tpl-${uuid.slice(4)}`;
}

/** What a run is made of: a definition, or a template with what a caller gave it. */
export interface Executable extends Pick<
  Definition,
  | 'definition_id'
  | 'version'
  | 'alias'
  | 'image'
  | 'group_name'
  | 'command'
  | 'gpu'
  | 'target_cluster'
  | 'requires_docker'
> {
  /** Of a template, merged with its defaults; absent for a definition. */
  templatePayload?: JsonObject;
}

/** A template as a run is made of it. */
export function executableOf(
  template: Template,
  payload: JsonObject,
  command: string | null,
): Executable {
  return {
    definition_id: template.template_id,
    version: template.version,
    alias: template.template_id,
    image: template.image,
    group_name: TEMPLATE_GROUP,
    command,
    gpu: template.gpu,
    target_cluster: null,
    requires_docker: false,
    templatePayload: payload,
  };
}

/** What an execution keeps of a request beyond the common fields. */
export function templateCustom(payload: JsonObject): JsonObject {
  return { template_payload: payload };
}

/** The payload that a run keeps; null for one that has none. */
export function payloadOf(custom: JsonObject | null): JsonObject | null {
  const payload = custom?.['template_payload'];
  const isObject = typeof payload === 'object' && payload !== null && !Array.isArray(payload);
  return isObject ? (payload as JsonObject) : null;
}
