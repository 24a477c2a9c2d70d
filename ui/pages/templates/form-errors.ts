import type { ErrorSchema } from '@rjsf/utils';

/** Where the library looks for those of a field. */
const ERRORS = '__errors';

/** Violations of a payload as the form shows them, each at its field. */
export function errorsOf(violations: readonly { path: string; text: string }[]): ErrorSchema {
  const root: ErrorSchema = {};
  for (const { path, text } of violations) {
    let at = root;
    for (const part of path.split('/').slice(1)) {
      const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
      const inner: ErrorSchema = at[name] ?? {};
      at[name] = inner;
      at = inner;
    }
    at[ERRORS] = [...(at[ERRORS] ?? []), text];
  }
  return root;
}
