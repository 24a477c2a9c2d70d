import type { Schemas } from '../../../client/client.ts';
import { launchOf as launchAgain } from '../../api/launch-again.ts';
import { EMPTY_ROW, type EnvRow } from '../../parts/env-rows.ts';
import { numberOf, type NumberText } from '../../parts/number-text.ts';

export interface LabelRow {
  name: string;
  value: string;
}

/** What the form of a launch holds, as its inputs do. */
export interface LaunchValues {
  owner: string;
  cluster: string | null;
  engine: string | null;
  command: string;
  env: EnvRow[];
  memory_mb: NumberText;
  cpu_millicores: NumberText;
  gpu: NumberText;
  ephemeral_storage_mb: NumberText;
  node_lifecycle: string | null;
  active_deadline_seconds: NumberText;
  description: string;
  arch: string;
  tier: string;
  service_account: string;
  labels: LabelRow[];
}

/** Paths of the inputs, for what the server says of a field. */
export const LAUNCH_INPUTS = [
  ...['owner', 'cluster', 'engine', 'command', 'env.*.name', 'env.*.value', 'memory_mb'],
  ...['cpu_millicores', 'gpu', 'ephemeral_storage_mb', 'node_lifecycle', 'description', 'arch'],
  ...['active_deadline_seconds', 'tier', 'service_account', 'labels'],
];

/** The form as the definition has it: sent unchanged it launches the definition as it is. */
export function valuesOfDefinition(definition: Schemas['Definition']): LaunchValues {
  return {
    owner: '',
    cluster: null,
    engine: null,
    command: definition.command ?? '',
    env: definition.env
      .filter(({ secret }) => secret === undefined)
      .map(({ name, value }) => ({ name, value, secret: null })),
    memory_mb: definition.memory_mb ?? '',
    cpu_millicores: definition.cpu_millicores ?? '',
    gpu: definition.gpu ?? '',
    ephemeral_storage_mb: definition.ephemeral_storage_mb ?? '',
    node_lifecycle: null,
    active_deadline_seconds: '',
    description: '',
    arch: '',
    tier: '',
    service_account: '',
    labels: [],
  };
}

/** The form as a run was launched, where the definition may have changed since. */
export function valuesOfRun(definition: Schemas['Definition'], run: Schemas['Run']): LaunchValues {
  const base = valuesOfDefinition(definition);
  const said = new Map((launchAgain(run).env ?? []).map(({ name, value }) => [name, value]));
  const env = base.env.map((row) => {
    const value = said.get(row.name);
    said.delete(row.name);
    return value === undefined ? row : { ...row, value };
  });
  const added = [...said].map(([name, value]) => ({ ...EMPTY_ROW, name, value }));
  return {
    ...base,
    owner: run.owner ?? '',
    cluster: run.cluster,
    engine: run.engine,
    command: run.command ?? base.command,
    env: [...env, ...added],
    memory_mb: run.memory_mb ?? base.memory_mb,
    cpu_millicores: run.cpu_millicores ?? base.cpu_millicores,
    gpu: run.gpu ?? base.gpu,
    ephemeral_storage_mb: run.ephemeral_storage_mb ?? base.ephemeral_storage_mb,
    node_lifecycle: run.node_lifecycle,
    active_deadline_seconds: run.active_deadline_seconds ?? '',
    description: run.description ?? '',
    arch: run.arch ?? '',
    tier: run.tier ?? '',
    service_account: run.service_account ?? '',
    labels: Object.entries(run.labels).map(([name, value]) => ({ name, value })),
  };
}

/** What is sent: whatever differs from the definition, so that the rest is the definition's. */
export function launchOf(
  definition: Schemas['Definition'],
  values: LaunchValues,
): Schemas['Launch'] {
  const base = valuesOfDefinition(definition);
  const env = changedEnv(definition, values.env).map(({ name, value }) => ({ name, value }));
  const labels = values.labels.filter(({ name }) => name !== '');
  const body = {
    owner: values.owner.trim(),
    cluster: values.cluster,
    engine: values.engine,
    command: values.command === base.command ? null : values.command,
    memory_mb: changedNumber(values.memory_mb, base.memory_mb),
    cpu_millicores: changedNumber(values.cpu_millicores, base.cpu_millicores),
    gpu: changedNumber(values.gpu, base.gpu),
    ephemeral_storage_mb: changedNumber(values.ephemeral_storage_mb, base.ephemeral_storage_mb),
    node_lifecycle: values.node_lifecycle,
    active_deadline_seconds: numberOf(values.active_deadline_seconds),
    description: values.description.trim(),
    arch: values.arch.trim(),
    tier: values.tier.trim(),
    service_account: values.service_account.trim(),
    labels:
      labels.length === 0
        ? null
        : Object.fromEntries(labels.map(({ name, value }) => [name, value])),
  };
  const said = Object.entries(body).filter(([, value]) => value !== null && value !== '');
  return { definition_id: definition.definition_id, env, ...Object.fromEntries(said) };
}

function changedEnv(definition: Schemas['Definition'], rows: readonly EnvRow[]): EnvRow[] {
  const had = new Map(valuesOfDefinition(definition).env.map(({ name, value }) => [name, value]));
  return rows.filter(({ name, value }) => had.get(name) !== value);
}

/** What the server says of the variables that were sent, by their places among those that are shown. */
export function positionsOf(
  said: ReadonlyMap<string, string>,
  definition: Schemas['Definition'],
  rows: readonly EnvRow[],
): Map<string, string> {
  const sent = changedEnv(definition, rows);
  const moved = [...said].map(([path, text]): [string, string] => {
    const [list, place = '', ...rest] = path.split('.');
    const row = list === 'env' ? sent[Number(place)] : undefined;
    return [row === undefined ? path : ['env', rows.indexOf(row), ...rest].join('.'), text];
  });
  return new Map(moved);
}

function changedNumber(value: NumberText, base: NumberText): number | null {
  const number = numberOf(value);
  return number === numberOf(base) ? null : number;
}

/** Names of the definition that this launch leaves as they are, for one cannot take a variable away. */
export function keptNames(definition: Schemas['Definition'], env: readonly EnvRow[]): string[] {
  const names = new Set(env.map(({ name }) => name));
  return definition.env.map(({ name }) => name).filter((name) => !names.has(name));
}
