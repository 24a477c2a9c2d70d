import type { MiddlewareHandler } from 'hono';
import type { ApiEnv } from './env.ts';

/** Those of flotilla-os, and PATCH, which v8 may have. */
const METHODS = ['GET', 'DELETE', 'POST', 'PUT', 'PATCH'];
const REQUEST_HEADERS = [
  'Authorization',
  'Content-Type',
  'Accept',
  'If-None-Match',
  'Last-Event-ID',
];
/** What a page of another origin may read of an answer beside its body. */
const ANSWER_HEADERS = ['ETag', 'Retry-After', 'X-Log-Attempt', 'X-Log-Complete', 'X-Log-Size'];
const PREFLIGHT_VARY = 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers';
/** How long a browser may remember a preflight. */
const MAX_AGE_SECONDS = '600';

/**
 * What pages of other origins may do. hono/cors would do but for how flotilla-os answers: a preflight
 * is 200 with Vary for all that it depends on, a refused one says nothing else, and every other
 * answer varies by Origin.
 * @param allowedOrigins origins, or `*` for all
 */
export function cors(allowedOrigins: readonly string[]): MiddlewareHandler<ApiEnv> {
  const origins = new Set(allowedOrigins);
  const allowed = (origin: string | undefined): origin is string =>
    origin !== undefined && (origins.has('*') || origins.has(origin));
  return async (c, next) => {
    const origin = c.req.header('origin');
    const method = c.req.header('access-control-request-method');
    if (c.req.method === 'OPTIONS' && method !== undefined) {
      c.header('vary', PREFLIGHT_VARY);
      if (!allowed(origin) || !METHODS.includes(method.toUpperCase())) return c.body(null, 200);
      c.header('access-control-allow-origin', origin);
      c.header('access-control-allow-methods', METHODS.join(', '));
      c.header('access-control-allow-headers', REQUEST_HEADERS.join(', '));
      c.header('access-control-max-age', MAX_AGE_SECONDS);
      return c.body(null, 200);
    }
    await next();
    c.header('vary', 'Origin');
    if (allowed(origin)) {
      c.header('access-control-allow-origin', origin);
      c.header('access-control-expose-headers', ANSWER_HEADERS.join(', '));
    }
    return undefined;
  };
}
