import { invalid } from './errors.ts';

export interface EnvVar {
  name: string;
  /** Empty for a variable that names a secret. */
  value: string;
  /** In definitions only: where the cluster finds the value. */
  secret?: SecretKey;
}

/** A key of a secret that the cluster keeps; the value itself is never known here. */
export interface SecretKey {
  name: string;
  key: string;
  /** True: where there is no such key the variable is left out, and the job starts without it. */
  optional?: boolean;
}

export interface SecretVariable extends SecretKey {
  /** Of the environment variable. */
  variable: string;
}

/** The parent of a run started from within another run. */
export const PARENT_RUN_VARIABLE = 'PARENT_FLOTILLA_RUN_ID';
export const RUN_ID_VARIABLE = 'FLOTILLA_RUN_ID';
export const ATTEMPT_VARIABLE = 'FLOTILLA_RUN_ATTEMPT';

export interface ReservedValues {
  runId: string;
  owner: string;
  /** `flotilla_mode` of the configuration. */
  mode: string;
  /** Name of the variable that carries the owner. */
  ownerVariable: string;
}

/** The variables that every run is given ahead of the caller's, as flotilla-os stores them. */
export function reservedEnvironment(values: ReservedValues): EnvVar[] {
  return [
    { name: 'FLOTILLA_SERVER_MODE', value: values.mode },
    { name: RUN_ID_VARIABLE, value: values.runId },
    { name: 'AWS_ROLE_SESSION_NAME', value: values.runId },
    { name: values.ownerVariable, value: values.owner },
  ];
}

/**
 * The environment of one attempt: the definition's, overlaid by the run's, later names winning.
 * Names lose one leading `$` and all white space, and empty ones are dropped, as in flotilla-os.
 * Run id and attempt are set last, because the engine finds a job's processes by them.
 */
export function attemptEnvironment(
  definition: readonly EnvVar[],
  run: readonly EnvVar[],
  ref: { runId: string; attempt: number },
): Map<string, string> {
  const environment = new Map<string, string>();
  for (const [name, variable] of overlaid(definition, run)) {
    if (variable.secret === undefined) environment.set(name, variable.value);
  }
  environment.set(RUN_ID_VARIABLE, ref.runId);
  environment.set(ATTEMPT_VARIABLE, String(ref.attempt));
  return environment;
}

/**
 * The variables of one attempt whose values its cluster fills in: those of the definition that the run
 * does not set itself.
 */
export function attemptSecrets(
  definition: readonly EnvVar[],
  run: readonly EnvVar[],
): SecretVariable[] {
  return [...overlaid(definition, run)].flatMap(([variable, { secret }]) =>
    secret === undefined || OURS.has(variable) ? [] : [{ variable, ...secret }],
  );
}

const OURS: ReadonlySet<string> = new Set([RUN_ID_VARIABLE, ATTEMPT_VARIABLE]);

/** Only a definition names secrets: what a run says of one counts for nothing. */
function overlaid(definition: readonly EnvVar[], run: readonly EnvVar[]): Map<string, EnvVar> {
  const plain = run.map(({ name, value }) => ({ name, value }));
  const all = new Map<string, EnvVar>();
  for (const variable of [...definition, ...plain]) {
    const name = variable.name.replace(/^\$/, '').replace(/\s/g, '');
    if (name !== '') all.set(name, variable);
  }
  return all;
}

/** What a request says of a variable, as it is stored. */
export interface SaidVariable {
  name: string;
  value?: string | undefined;
  secret?: { name: string; key: string; optional?: boolean | undefined } | undefined;
}

export function storedVariable({ name, value, secret }: SaidVariable): EnvVar {
  const plain = { name, value: value ?? '' };
  if (secret === undefined) return plain;
  const optional = secret.optional === true ? { optional: true } : {};
  return { ...plain, secret: { name: secret.name, key: secret.key, ...optional } };
}

const MAX_SECRET_NAME = 253;
const DNS_LABELS = /^[a-z\d]([-a-z\d]*[a-z\d])?(\.[a-z\d]([-a-z\d]*[a-z\d])?)*$/;

const MAX_ARN = 2048;
/** What a task of ECS may be given: a secret of Secrets Manager, a parameter of SSM. */
const SECRET_ARN =
  /^arn:[\w-]+:(secretsmanager:[\w-]+:\d{12}:secret:|ssm:[\w-]+:\d{12}:parameter\/)\S+$/;

/** A DNS subdomain, as Kubernetes names secrets, or an ARN by which AWS does. */
export function isSecretName(text: string): boolean {
  if (text.length <= MAX_ARN && SECRET_ARN.test(text)) return true;
  return text.length <= MAX_SECRET_NAME && DNS_LABELS.test(text);
}

/** A key of a secret as Kubernetes takes it. */
export function isSecretKey(text: string): boolean {
  return text.length <= MAX_SECRET_NAME && /^[-._a-zA-Z\d]+$/.test(text) && !/^\.(\.|$)/.test(text);
}

/**
 * Passes when what a definition's variables say of secrets can be had.
 * @throws FlotillaError `invalid` naming the field
 */
export function checkSecrets(environment: readonly EnvVar[]): void {
  for (const [i, { value, secret }] of environment.entries()) {
    if (secret === undefined) continue;
    if (value !== '') throw invalid(`env.${i}.value`, 'must be empty where a secret is named');
    if (!isSecretName(secret.name)) throw invalid(`env.${i}.secret.name`, NOT_A_NAME);
    if (!isSecretKey(secret.key)) throw invalid(`env.${i}.secret.key`, NOT_A_KEY);
  }
}

export const NOT_A_NAME = 'is not the name of a Kubernetes secret, nor the ARN of one of AWS';
export const NOT_A_KEY = 'is not the key of a Kubernetes secret';

/**
 * Passes when a launch request names no secret: else whoever may run anything could read them all.
 * @throws FlotillaError `invalid` naming the field
 */
export function refuseSecrets(environment: readonly EnvVar[]): void {
  const i = environment.findIndex(({ secret }) => secret !== undefined);
  if (i >= 0) throw invalid(`env.${i}.secret`, 'only a definition may name a secret');
}

/** The parent named in a request's environment, or null. */
export function parentRunId(environment: readonly EnvVar[]): string | null {
  const named = environment.filter((variable) => variable.name === PARENT_RUN_VARIABLE).at(-1);
  return named === undefined || named.value === '' ? null : named.value;
}
