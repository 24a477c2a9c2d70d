export interface EnvVar {
  name: string;
  value: string;
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
  for (const { name, value } of [...definition, ...run]) {
    const clean = name.replace(/^\$/, '').replace(/\s/g, '');
    if (clean !== '') environment.set(clean, value);
  }
  environment.set(RUN_ID_VARIABLE, ref.runId);
  environment.set(ATTEMPT_VARIABLE, String(ref.attempt));
  return environment;
}

/** The parent named in a request's environment, or null. */
export function parentRunId(environment: readonly EnvVar[]): string | null {
  const named = environment.filter((variable) => variable.name === PARENT_RUN_VARIABLE).at(-1);
  return named === undefined || named.value === '' ? null : named.value;
}
