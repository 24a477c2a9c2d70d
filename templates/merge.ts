import type { JsonObject } from './schema.ts';

/**
 * A payload over a template's defaults: objects are merged at every depth, everything else that the
 * payload has stands as it is, lists and nulls included.
 */
export function mergeDefaults(payload: JsonObject, defaults: JsonObject): JsonObject {
  const merged = new Map(Object.entries(payload));
  for (const [name, value] of Object.entries(defaults)) {
    const own = merged.get(name);
    if (own === undefined) merged.set(name, value);
    else if (isObject(own) && isObject(value)) merged.set(name, mergeDefaults(own, value));
  }
  // fromEntries defines: a key `__proto__` is one like others.
  return Object.fromEntries(merged);
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
