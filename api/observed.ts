import type { Context, MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import type { Metrics } from '../domain/metrics.ts';
import type { Traces } from '../telemetry/traces.ts';
import type { ApiEnv } from './env.ts';

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** Takes the time of every answer, up to its first byte. */
export function observed(metrics: Metrics): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const began = performance.now();
    await next();
    metrics.observe('httpRequest', performance.now() - began, {
      method: METHODS.has(c.req.method) ? c.req.method : 'other',
      route: routeOf(c) ?? 'none',
      code: String(c.res.status),
    });
  };
}

/** Makes a span of every request. */
export function traced(traces: Traces): MiddlewareHandler<ApiEnv> {
  return (c, next) =>
    traces.request(c.req.method, c.req.path, c.req.raw.headers, async () => {
      await next();
      return { route: routeOf(c), status: c.res.status };
    });
}

/** The route that answered, such as `/api/v6/task/:definition_id`; null where there is none. */
export function routeOf(c: Context<ApiEnv>): string | null {
  return handlerOf(c)?.path ?? null;
}

/** What answers, as it was registered: no middleware. */
export function handlerOf(c: Context<ApiEnv>): { method: string; path: string } | undefined {
  return matchedRoutes(c).find(({ method, path }) => method !== 'ALL' || !path.endsWith('*'));
}
