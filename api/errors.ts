import { randomUUID } from 'node:crypto';
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { FlotillaError, messageOf, type ErrorCode } from '../domain/errors.ts';
import { isDatabaseAway } from '../db/errors.ts';
import type { ApiEnv } from './env.ts';
import { PROBLEM_TYPE, problemOf, type ProblemCode } from './problem.ts';

const STATUS: Record<ErrorCode, ContentfulStatusCode> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  too_large: 413,
  rate_limited: 429,
  rejected: 422,
  capacity: 503,
  unavailable: 503,
};

/** Turns anything thrown into an answer: what we meant to say, or a 500 that names a request id. */
export function answerError(error: Error, c: Context<ApiEnv>): Response {
  const { status, text, field, code } = describe(error, c);
  if (speaksV8(c)) {
    const errors = field === null ? [] : [{ field, detail: text }];
    const body = problemOf(status, code, text, errors);
    return c.json(body, status, { 'content-type': PROBLEM_TYPE });
  }
  // Of a conflict flotilla-os says the same without the field.
  const named = field === null || code === 'conflict' ? text : `${field}: ${text}`;
  return c.json({ error: named }, status);
}

/** True where errors are problem details (RFC 9457). */
export function speaksV8(c: Context<ApiEnv>): boolean {
  return c.req.path.startsWith('/api/v8/');
}

interface Described {
  status: ContentfulStatusCode;
  code: ProblemCode;
  text: string;
  field: string | null;
}

function describe(error: Error, c: Context<ApiEnv>): Described {
  if (error instanceof FlotillaError) {
    const { code, message, field } = error;
    return { status: STATUS[code], code, text: message, field };
  }
  if (error instanceof HTTPException) {
    const { status } = error;
    const code = status === 415 ? 'unsupported' : 'invalid';
    return { status, code, text: error.message, field: null };
  }
  if (isDatabaseAway(error)) {
    c.get('log').warn({ path: c.req.path, error: causeOf(error) }, 'the database is away');
    const text = 'the database does not answer; please retry';
    return { status: 503, code: 'unavailable', text, field: null };
  }
  const requestId = randomUUID();
  c.get('log').error(
    { request_id: requestId, path: c.req.path, error: causeOf(error), stack: framesOf(error) },
    'a request failed',
  );
  const text = `internal error; the log has it under request id ${requestId}`;
  return { status: 500, code: 'internal', text, field: null };
}

/** What went wrong at the root: a failed query's own message has the values that were sent with it. */
function causeOf(error: Error): string {
  return error.cause instanceof Error ? causeOf(error.cause) : messageOf(error);
}

/** Where it happened, without the message. */
function framesOf(error: Error): string {
  const lines = (error.stack ?? '').split('\n');
  return lines.filter((line) => /^\s+at /.test(line)).join('\n');
}
