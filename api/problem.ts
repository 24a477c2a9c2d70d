import { STATUS_CODES } from 'node:http';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { z } from '@hono/zod-openapi';
import { ERROR_CODES } from '../domain/errors.ts';

/** `internal`: a mistake of ours, which the log has under the request id in `detail`. */
const PROBLEM_CODES = [...ERROR_CODES, 'method_not_allowed', 'unsupported', 'internal'] as const;
export type ProblemCode = (typeof PROBLEM_CODES)[number];

export const PROBLEM_TYPE = 'application/problem+json';

/** An error of v8 (RFC 9457). The type is about:blank, so `title` is the phrase of the status. */
export const problem = z
  .object({
    type: z.literal('about:blank'),
    title: z.string(),
    status: z.int(),
    detail: z.string().openapi({ description: 'what is wrong, for people' }),
    code: z.enum(PROBLEM_CODES).openapi({ description: 'what is wrong, for programs' }),
    errors: z
      .array(z.object({ field: z.string(), detail: z.string() }))
      .optional()
      .openapi({ description: 'the fields at fault' }),
  })
  .openapi('Problem');
export type Problem = z.infer<typeof problem>;
export type FieldError = NonNullable<Problem['errors']>[number];

/** The problem that a status, a code and perhaps fields at fault make. */
export function problemOf(
  status: ContentfulStatusCode,
  code: ProblemCode,
  text: string,
  errors: readonly FieldError[] = [],
): Problem {
  const [first] = errors;
  return {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail: first === undefined ? text : `${first.field}: ${first.detail}`,
    code,
    ...(errors.length === 0 ? {} : { errors: [...errors] }),
  };
}
