import type { MiddlewareHandler } from 'hono';
import type { ApiEnv } from './env.ts';

const BAD_ESCAPE = /%(?![0-9a-f]{2})/i;

/**
 * What Go's server and router do with a path before any handler sees it: a broken escape is 400, and
 * doubled slashes and dots are mended by a redirect.
 */
export const goPaths: MiddlewareHandler<ApiEnv> = async (c, next) => {
  const url = new URL(c.req.url);
  if (BAD_ESCAPE.test(url.pathname)) return c.text('400 Bad Request', 400);
  const clean = url.pathname.replace(/\/{2,}/g, '/');
  if (clean !== url.pathname) return c.redirect(`${clean}${url.search}`, 301);
  return next();
};
