import type { Schemas } from '../../../client/client.ts';
import { rowsOf, variablesOf, type EnvRow } from '../../parts/env-rows.ts';
import { numberOf, type NumberText } from '../../parts/number-text.ts';

/** What the form of a template holds, as its inputs do. */
export interface TemplateValues {
  template_name: string;
  description: string;
  avatar_uri: string;
  image: string;
  memory_mb: NumberText;
  cpu_millicores: NumberText;
  gpu: NumberText;
  env: EnvRow[];
  command_template: string;
  schema: string;
  defaults: string;
  /** To try it with; it is not sent when the template is made. */
  payload: string;
}

export const EMPTY_VALUES: TemplateValues = {
  template_name: '',
  description: '',
  avatar_uri: '',
  image: '',
  memory_mb: '',
  cpu_millicores: '',
  gpu: '',
  env: [],
  command_template: '',
  schema: textOf({ type: 'object', properties: {}, required: [] }),
  defaults: '{}',
  payload: '{}',
};

export function valuesOf(template: Schemas['Template']): TemplateValues {
  return {
    template_name: template.template_name,
    description: template.description ?? '',
    avatar_uri: template.avatar_uri,
    image: template.image,
    memory_mb: template.memory_mb,
    cpu_millicores: template.cpu_millicores,
    gpu: template.gpu === 0 ? '' : template.gpu,
    env: rowsOf(template.env),
    command_template: template.command_template,
    schema: textOf(template.schema),
    defaults: textOf(template.defaults),
    payload: '{}',
  };
}

function textOf(value: unknown): string {
  return JSON.stringify(value, null, 2);
}

type Json = Record<string, unknown>;

function objectOf(text: string): Json | null {
  try {
    const value: unknown = JSON.parse(text.trim() === '' ? '{}' : text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Json) : null;
  } catch {
    return null;
  }
}

/** What keeps the form from being sent, by input. */
export function faultsOf(values: TemplateValues): Partial<Record<keyof TemplateValues, string>> {
  const faults: Partial<Record<keyof TemplateValues, string>> = {};
  for (const field of ['template_name', 'image', 'command_template'] as const)
    if (values[field].trim() === '') faults[field] = 'must not be empty';
  for (const field of ['schema', 'defaults', 'payload'] as const)
    if (objectOf(values[field]) === null) faults[field] = 'must be an object of JSON';
  return faults;
}

/** What can be tried; null while there is nothing to try. */
export function draftOf(values: TemplateValues) {
  const [schema, defaults, payload] = [
    objectOf(values.schema),
    objectOf(values.defaults),
    objectOf(values.payload),
  ];
  if (schema === null || defaults === null || payload === null) return null;
  if (values.command_template === '') return null;
  return { schema, defaults, payload, command_template: values.command_template };
}

/** What is sent. What the form does not have stays as the version before has it. */
export function bodyOf(
  values: TemplateValues,
  before: Schemas['Template'] | null,
): Schemas['NewTemplate'] {
  const said = {
    description: values.description === '' ? null : values.description,
    memory_mb: numberOf(values.memory_mb),
    cpu_millicores: numberOf(values.cpu_millicores),
    gpu: numberOf(values.gpu) ?? 0,
    avatar_uri: values.avatar_uri.trim(),
    env: variablesOf(values.env),
  };
  const kept =
    before === null
      ? {}
      : {
          ephemeral_storage_mb: before.ephemeral_storage_mb,
          adaptive_resource_allocation: before.adaptive_resource_allocation,
        };
  const given = Object.entries({ ...kept, ...said }).filter(([, value]) => value !== null);
  return {
    template_name: values.template_name.trim(),
    image: values.image.trim(),
    command_template: values.command_template,
    schema: objectOf(values.schema) ?? {},
    defaults: objectOf(values.defaults) ?? {},
    ...Object.fromEntries(given),
  };
}
