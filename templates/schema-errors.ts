import type { ErrorObject } from 'ajv';

/** One thing that a payload's schema does not allow. */
export interface Violation {
  /** A JSON pointer into the payload, such as `/n`; empty for the payload as a whole. */
  path: string;
  text: string;
}

/** What ajv found, in a caller's words: each names the value that is at fault. */
export function violationsOf(errors: readonly ErrorObject[]): Violation[] {
  const said = new Map<string, Violation>();
  for (const error of errors) {
    const violation = violationOf(error);
    said.set(`${violation.path} ${violation.text}`, violation);
  }
  const all = [...said.values()];
  // That no alternative fits is said by the others at the same place, where there are some.
  const told = new Set(all.filter(({ text }) => text !== NONE_FITS).map(({ path }) => path));
  return all.filter(({ path, text }) => text !== NONE_FITS || !told.has(path));
}

const NONE_FITS = 'must match a schema in anyOf';

/** A line: `/n must be >= 1`. */
export function violationLine({ path, text }: Violation): string {
  return `${path === '' ? 'the payload' : path} ${text}`;
}

function violationOf(error: ErrorObject): Violation {
  const { instancePath: path, keyword } = error;
  const params = error.params as Record<string, unknown>;
  switch (keyword) {
    case 'required':
      return { path: below(path, params['missingProperty']), text: 'is required' };
    case 'additionalProperties':
      return { path: below(path, params['additionalProperty']), text: 'is not in the schema' };
    case 'unevaluatedProperties':
      return { path: below(path, params['unevaluatedProperty']), text: 'is not in the schema' };
    case 'enum':
      return { path, text: `must be one of ${list(params['allowedValues'])}` };
    case 'const':
      return { path, text: `must be ${JSON.stringify(params['allowedValue'])}` };
    case 'false schema':
      return { path, text: 'is not allowed' };
    default:
      return { path, text: error.message ?? `fails ${keyword}` };
  }
}

function below(path: string, name: unknown): string {
  return `${path}/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

function list(values: unknown): string {
  return Array.isArray(values) ? values.map((value) => JSON.stringify(value)).join(', ') : '';
}
