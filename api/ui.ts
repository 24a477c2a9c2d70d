import { serveStatic } from '@hono/node-server/serve-static';
import type { Context, MiddlewareHandler } from 'hono';
import type { ApiEnv } from './env.ts';

/** Mantine styles elements in place; nothing but avatars of templates, which people set, is loaded from elsewhere. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: https:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Files whose names change with what is in them: see vite.config.ts. */
const FOREVER = 'public, max-age=31536000, immutable';

/**
 * The web application, to anybody: what it shows it asks the API for, as who it is. Every address
 * outside of /api, but for /metrics, that a browser goes to is one of its pages.
 * @param dir where the built application is
 */
export function ui(dir: string): MiddlewareHandler<ApiEnv> {
  const onFound = (_path: string, c: Context<ApiEnv>): void => {
    c.header('x-content-type-options', 'nosniff');
    c.header('referrer-policy', 'same-origin');
    c.header('content-security-policy', POLICY);
    c.header('cache-control', isAsset(c) ? FOREVER : 'no-cache');
  };
  const files = serveStatic<ApiEnv>({ root: dir, precompressed: true, onFound });
  const page = serveStatic<ApiEnv>({ root: dir, path: 'index.html', onFound });
  return (c, next) => {
    const { path } = c.req;
    if (path === '/api' || path.startsWith('/api/') || path === '/metrics') return next();
    return files(c, async () => {
      if (!wantsPage(c)) return next();
      const shown = await page(c, next);
      if (shown !== undefined) c.res = shown;
    });
  };
}

const isAsset = (c: Context<ApiEnv>): boolean => c.req.path.startsWith('/assets/');

function wantsPage(c: Context<ApiEnv>): boolean {
  const isRead = c.req.method === 'GET' || c.req.method === 'HEAD';
  return isRead && !isAsset(c) && /\btext\/html\b/.test(c.req.header('accept') ?? '');
}
