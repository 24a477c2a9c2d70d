import { z } from '@hono/zod-openapi';

/** A JSON object of the caller's own, which Postgres can store. */
export const userJson = z
  .custom<Record<string, unknown>>(
    (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
    'expected an object',
  )
  .refine((value) => isStorable(value, 0), 'has a null byte, ill-formed text, or nests too deeply')
  .openapi({ type: 'object', additionalProperties: true });

/** As deep as the decoder of v1 to v7 goes. */
const MAX_DEPTH = 500;

function isStorable(value: unknown, depth: number): boolean {
  if (typeof value === 'string') return !value.includes('\0') && value.isWellFormed();
  if (typeof value !== 'object' || value === null) return true;
  if (depth >= MAX_DEPTH) return false;
  return Object.entries(value).every(
    ([key, inner]) => isStorable(key, depth) && isStorable(inner, depth + 1),
  );
}
