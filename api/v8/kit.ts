import { OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context, MiddlewareHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ApiEnv } from '../env.ts';
import { problem, problemOf, PROBLEM_TYPE, type FieldError } from '../problem.ts';

/** Routes of v8: what the schemas refuse is a problem that names each field. */
export function v8Routes(): OpenAPIHono<ApiEnv> {
  return new OpenAPIHono<ApiEnv>({
    defaultHook: (result, c: Context<ApiEnv>) => {
      if (result.success) return;
      const inQuery = result.target === 'query';
      const errors = result.error.issues.flatMap((issue) => fieldErrors(issue, inQuery));
      return c.json(problemOf(400, 'invalid', 'invalid', errors), 400, {
        'content-type': PROBLEM_TYPE,
      });
    },
  });
}

/** An unknown field is at fault itself, not the object that it is in; a parameter has no parts. */
function fieldErrors(issue: z.core.$ZodIssue, inQuery: boolean): FieldError[] {
  const path = inQuery ? issue.path.slice(0, 1) : issue.path;
  if (issue.code === 'unrecognized_keys') {
    const detail = inQuery ? 'unknown parameter' : 'unknown field';
    return issue.keys.map((key) => ({ field: [...path, key].join('.'), detail }));
  }
  const detail = issue.message.replace(/^Invalid (input|option): /, '');
  return [{ field: path.join('.') || 'body', detail }];
}

/** What every route of v8 may answer beside its own. */
export const failures = {
  default: {
    description: 'what went wrong',
    content: { [PROBLEM_TYPE]: { schema: problem } },
  },
} as const;

/** A 200 of JSON. */
export function ok<T extends z.ZodType>(schema: T, description: string) {
  return { description, content: { 'application/json': { schema } } };
}

/** A required body of JSON. */
export function jsonBody<T extends z.ZodType>(schema: T) {
  return { required: true, content: { 'application/json': { schema } } };
}

/** Without a Content-Type, zod-openapi takes a body that is not there for an empty object. */
export const needsJson: MiddlewareHandler<ApiEnv> = async (c, next) => {
  if (c.req.header('content-type') !== undefined) return next();
  throw new HTTPException(415, { message: 'send JSON, with Content-Type: application/json' });
};

/** An answer that is written as it is read, which the types of zod-openapi have no word for. */
export function raw(response: Response): never {
  return response as never;
}

/** Text that Postgres can store. */
export const text = z
  .string()
  .refine(
    (value) => !value.includes('\0') && value.isWellFormed(),
    'must be well-formed text without null bytes',
  )
  .openapi({ pattern: '^[^\\u0000]*$' });
export const filledText = text.min(1, 'must not be empty');

/** A whole number that a column of 32 bits can hold. */
export function wholeNumber(min: number, max = 2_147_483_647) {
  return z.int().min(min).max(max);
}

/** A whole number in a query or a path, in decimal digits. */
export function queryNumber(min: number, max: number) {
  return z.preprocess(
    (value) => (typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value),
    z.int('expected a whole number').min(min).max(max),
  );
}

/** A time, ISO 8601. */
export const time = z
  .string()
  .openapi({ format: 'date-time', example: '2026-01-31T12:00:00.000Z' });

export function timeOf(date: Date): string;
export function timeOf(date: Date | null): string | null;
export function timeOf(date: Date | null): string | null {
  return date?.toISOString() ?? null;
}

/** An identifier in a path. */
export function idParam<Name extends string>(name: Name) {
  const shape = { [name]: filledText.openapi({ param: { name, in: 'path' } }) };
  return z.object(shape as Record<Name, typeof filledText>);
}
