/** Messages of a form: those beside a field, and what belongs to none that is shown. */
export interface FormErrors {
  fields: Record<string, string>;
  rest: string[];
}

/**
 * What the server says of a request's fields, sorted to the inputs that show them: `ports.0` belongs to an
 * input `ports`, `env.0.name` to one of that name.
 * @param inputs paths of the inputs; a `*` stands for a position of a list
 */
export function formErrors(
  said: ReadonlyMap<string, string>,
  inputs: readonly string[],
): FormErrors {
  const fields: Record<string, string> = {};
  const rest: string[] = [];
  for (const [path, text] of said) {
    const input = inputOf(path, inputs);
    if (input === null) rest.push(`${path}: ${text}`);
    else fields[input] = fields[input] === undefined ? text : `${fields[input]}; ${text}`;
  }
  return { fields, rest };
}

function inputOf(path: string, inputs: readonly string[]): string | null {
  const parts = path.split('.');
  for (let length = parts.length; length > 0; length--) {
    const head = parts.slice(0, length);
    const pattern = head.map((part) => (/^\d+$/.test(part) ? '*' : part)).join('.');
    if (inputs.includes(pattern)) return head.join('.');
  }
  return null;
}
