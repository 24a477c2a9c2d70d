import type { Schemas } from '../../../client/client.ts';
import { rowsOf, variablesOf, type EnvRow } from '../../parts/env-rows.ts';
import { numberOf, type NumberText } from '../../parts/number-text.ts';

/** A setting that may be left to the server. */
export type Choice = 'default' | 'yes' | 'no';

/** What the form of a definition holds, as its inputs do. */
export interface DefinitionValues {
  alias: string;
  group_name: string;
  image: string;
  command: string;
  memory_mb: NumberText;
  cpu_millicores: NumberText;
  gpu: NumberText;
  ephemeral_storage_mb: NumberText;
  adaptive_resource_allocation: boolean | null;
  requires_docker: boolean;
  task_type: string;
  target_cluster: string | null;
  env: EnvRow[];
  ports: string[];
  tags: string[];
  retry_policy: {
    max_attempts: NumberText;
    backoff_seconds: NumberText;
    retry_on_unknown: Choice;
    retry_on_oom: Choice;
    oom_memory_factor: NumberText;
    exit_codes: string[];
  };
}

/** Paths of the inputs, for what the server says of a field. */
export const DEFINITION_INPUTS = [
  ...['alias', 'group_name', 'image', 'command', 'memory_mb', 'cpu_millicores', 'gpu'],
  ...['ephemeral_storage_mb', 'adaptive_resource_allocation', 'requires_docker', 'task_type'],
  ...['target_cluster', 'ports', 'tags', 'env.*.name', 'env.*.value'],
  ...['env.*.secret.name', 'env.*.secret.key', 'retry_policy.max_attempts'],
  ...['retry_policy.backoff_seconds', 'retry_policy.retry_on_unknown'],
  ...['retry_policy.retry_on_oom', 'retry_policy.oom_memory_factor', 'retry_policy.exit_codes'],
];

const NO_RETRY_POLICY: DefinitionValues['retry_policy'] = {
  max_attempts: '',
  backoff_seconds: '',
  retry_on_unknown: 'default',
  retry_on_oom: 'default',
  oom_memory_factor: '',
  exit_codes: [],
};

export const NEW_DEFINITION: DefinitionValues = {
  alias: '',
  group_name: '',
  image: '',
  command: '',
  memory_mb: '',
  cpu_millicores: '',
  gpu: '',
  ephemeral_storage_mb: '',
  adaptive_resource_allocation: null,
  requires_docker: false,
  task_type: '',
  target_cluster: null,
  env: [],
  ports: [],
  tags: [],
  retry_policy: NO_RETRY_POLICY,
};

type Body = Omit<Schemas['Definition'], 'definition_id' | 'version'>;

export function valuesOf(body: Body): DefinitionValues {
  const policy = body.retry_policy;
  return {
    alias: body.alias,
    group_name: body.group_name,
    image: body.image,
    command: body.command ?? '',
    memory_mb: body.memory_mb ?? '',
    cpu_millicores: body.cpu_millicores ?? '',
    gpu: body.gpu ?? '',
    ephemeral_storage_mb: body.ephemeral_storage_mb ?? '',
    adaptive_resource_allocation: body.adaptive_resource_allocation,
    requires_docker: body.requires_docker,
    task_type: body.task_type ?? '',
    target_cluster: body.target_cluster,
    env: rowsOf(body.env),
    ports: body.ports.map(String),
    tags: body.tags,
    retry_policy: {
      max_attempts: policy?.max_attempts ?? '',
      backoff_seconds: policy?.backoff_seconds ?? '',
      retry_on_unknown: choiceOf(policy?.retry_on_unknown),
      retry_on_oom: choiceOf(policy?.retry_on_oom),
      oom_memory_factor: policy?.oom_memory_factor ?? '',
      exit_codes: (policy?.exit_codes ?? []).map(String),
    },
  };
}

/** Everything that the form says, as the API takes it. */
export function bodyOf(values: DefinitionValues): Required<Schemas['NewDefinition']> {
  return {
    alias: values.alias.trim(),
    group_name: values.group_name.trim(),
    image: values.image.trim(),
    command: values.command === '' ? null : values.command,
    memory_mb: numberOf(values.memory_mb),
    cpu_millicores: numberOf(values.cpu_millicores),
    gpu: numberOf(values.gpu),
    ephemeral_storage_mb: numberOf(values.ephemeral_storage_mb),
    adaptive_resource_allocation: values.adaptive_resource_allocation,
    requires_docker: values.requires_docker,
    task_type: values.task_type.trim() === '' ? null : values.task_type.trim(),
    target_cluster: values.target_cluster,
    env: variablesOf(values.env),
    ports: values.ports.map(Number),
    tags: values.tags,
    retry_policy: policyOf(values.retry_policy),
  };
}

/** What was changed of a definition, for others may change the rest at the same time. */
export function patchOf(
  before: DefinitionValues,
  after: DefinitionValues,
): Schemas['DefinitionPatch'] {
  const was = bodyOf(before);
  const named = Object.entries(bodyOf(after)).filter(
    ([key, value]) => JSON.stringify(value) !== JSON.stringify(was[key as keyof typeof was]),
  );
  return Object.fromEntries(named);
}

function choiceOf(value: boolean | undefined): Choice {
  if (value === undefined) return 'default';
  return value ? 'yes' : 'no';
}

function policyOf(values: DefinitionValues['retry_policy']): Schemas['RetryPolicy'] {
  const numbers = {
    max_attempts: numberOf(values.max_attempts),
    backoff_seconds: numberOf(values.backoff_seconds),
    oom_memory_factor: numberOf(values.oom_memory_factor),
    exit_codes: values.exit_codes.length === 0 ? null : values.exit_codes.map(Number),
    retry_on_unknown:
      values.retry_on_unknown === 'default' ? null : values.retry_on_unknown === 'yes',
    retry_on_oom: values.retry_on_oom === 'default' ? null : values.retry_on_oom === 'yes',
  };
  const said = Object.entries(numbers).filter(([, value]) => value !== null);
  return said.length === 0 ? null : Object.fromEntries(said);
}
