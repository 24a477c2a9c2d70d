import { ApiError } from '../api/client.ts';
import { formErrors } from './field-errors.ts';
import { messageOf } from './message.ts';

/** What of a form of Mantine it needs. */
interface Refusable {
  setErrors(errors: Record<string, string>): void;
  getInputNode(path: string): HTMLElement | null;
}

/**
 * Puts what the server says beside its fields, and the cursor into the first of them.
 * @param inputs paths of the form's inputs, as formErrors takes them
 * @param moved the paths of the request, as those of the form
 * @returns what is to be told above the form
 */
export function showRefusal(
  form: Refusable,
  error: unknown,
  inputs: readonly string[],
  moved: (said: ReadonlyMap<string, string>) => ReadonlyMap<string, string> = (said) => said,
): string[] {
  const said = error instanceof ApiError ? error.fields : new Map<string, string>();
  const { fields, rest } = formErrors(moved(said), inputs);
  form.setErrors(fields);
  const [first] = Object.keys(fields);
  if (first === undefined) return rest.length > 0 ? rest : [messageOf(error)];
  // A section that was shut opens first.
  setTimeout(() => form.getInputNode(first)?.focus());
  return rest;
}
