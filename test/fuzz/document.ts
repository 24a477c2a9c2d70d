type Json = Record<string, unknown>;

interface Parameter {
  name: string;
  in: string;
  schema: Json;
}
export interface Document {
  paths: Record<string, Record<string, { parameters?: Parameter[]; 'x-endless'?: true }>>;
}

/** Values that exist, by parameter. */
export type Known = Readonly<Record<string, readonly string[]>>;

/**
 * The served document, with values that exist among those that a path parameter may have. A cursor is
 * one that was handed out: the document cannot say which text is one.
 * @param cursors by path
 */
export function withKnown(served: Document, known: Known, cursors: Known): Document {
  const changed = structuredClone(served);
  for (const [path, item] of Object.entries(changed.paths)) {
    // Nothing compares an answer that does not end: test/api has tests of its own for it.
    if (item['get']?.['x-endless'] === true) delete changed.paths[path];
  }
  for (const [path, item] of Object.entries(changed.paths)) {
    const operations = Object.values(item);
    for (const parameter of operations.flatMap((operation) => operation.parameters ?? [])) {
      if (parameter.in === 'path') knowValues(parameter, known[parameter.name]);
      const handedOut = parameter.name === 'cursor' ? cursors[path] : undefined;
      if (handedOut !== undefined) parameter.schema = { type: 'string', enum: handedOut };
    }
  }
  return changed;
}

function knowValues(parameter: Parameter, values: readonly string[] | undefined): void {
  if (values === undefined) return;
  const list = parameter.schema['type'] === 'integer' ? values.map(Number) : values;
  parameter.schema = { anyOf: [{ enum: list }, parameter.schema] };
}
