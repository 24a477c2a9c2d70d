/* A schema that names no draft may use words of draft-04 beside later ones; these become later ones. */

/** Keywords whose value is a schema, a list of schemas, or either. */
const SCHEMAS = new Set([
  ...['items', 'additionalItems', 'additionalProperties', 'propertyNames', 'contains', 'not'],
  ...['if', 'then', 'else', 'allOf', 'anyOf', 'oneOf'],
]);
/** Keywords whose value has schemas by name. */
const NAMED = new Set(['properties', 'patternProperties', 'definitions', '$defs', 'dependencies']);

const LIMITS = [
  ['exclusiveMinimum', 'minimum'],
  ['exclusiveMaximum', 'maximum'],
] as const;

/**
 * `schema` in words of draft-07: an `exclusiveMinimum` that is true makes the `minimum` beside it exclusive,
 * and `id` is not a name that a `$ref` means, so it goes.
 */
export function modernized(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(modernized);
  if (typeof schema !== 'object' || schema === null) return schema;
  const words = Object.entries(schema)
    .filter(([word, value]) => word !== 'id' || typeof value !== 'string')
    .map(([word, value]) => [word, inner(word, value)] as const);
  const result: Record<string, unknown> = Object.fromEntries(words);
  for (const [exclusive, limit] of LIMITS) {
    if (typeof result[exclusive] !== 'boolean') continue;
    if (result[exclusive] && typeof result[limit] === 'number') {
      result[exclusive] = result[limit];
      delete result[limit];
    } else delete result[exclusive];
  }
  return result;
}

function inner(word: string, value: unknown): unknown {
  if (SCHEMAS.has(word)) return modernized(value);
  if (!NAMED.has(word) || typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, modernized(one)]));
}
