import type { z } from 'zod';
import { invalid } from '../../domain/errors.ts';

/**
 * The query of a v8 request, strictly: an unknown parameter is a mistake too.
 * @throws FlotillaError `invalid` naming the parameter
 */
export function parseQuery<T extends z.ZodObject>(schema: T, url: string): z.output<T> {
  const parsed = schema.safeParse(Object.fromEntries(new URL(url).searchParams));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  if (issue?.code === 'unrecognized_keys')
    throw invalid(issue.keys.join(', '), 'unknown parameter');
  throw invalid(issue?.path.join('.') ?? 'query', issue?.message ?? 'invalid');
}
