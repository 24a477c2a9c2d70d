import { Hono, type Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { cors } from 'hono/cors';
import { TrieRouter } from 'hono/router/trie-router';
import { FlotillaError } from '../domain/errors.ts';
import type { Services } from '../services/context.ts';
import type { Logger } from '../telemetry/log.ts';
import { callerOf } from './caller.ts';
import type { ApiEnv } from './env.ts';
import { answerError, speaksV8 } from './errors.ts';
import { guard, type GuardOptions } from './guard.ts';
import { definitionRoutes } from './legacy/definitions.ts';
import { executeRoutes } from './legacy/execute.ts';
import { healthRoutes } from './legacy/health.ts';
import { logRoutes } from './legacy/logs.ts';
import { runRoutes } from './legacy/runs.ts';
import { openApiRoutes } from './openapi.ts';
import { PROBLEM_TYPE, problemOf } from './problem.ts';
import { v8 } from './v8/routes.ts';

const MAX_BODY_BYTES = 4 * 1024 * 1024;

export interface AppOptions {
  services: Services;
  log: Logger;
  guard: GuardOptions;
}

/** The HTTP API, all versions. */
export function createApp(options: AppOptions): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();
  app.onError(answerError);
  app.use('*', async (c, next) => {
    c.set('services', options.services);
    c.set('log', options.log);
    c.set('caller', callerOf(c.req.raw.headers));
    await next();
    c.header('vary', 'Origin');
    jsonCharset(c);
  });
  app.use('*', guard(options.guard));
  app.use(
    '*',
    cors({
      origin: [...options.guard.allowedOrigins],
      allowMethods: ['GET', 'DELETE', 'PATCH', 'POST', 'PUT'],
    }),
  );
  app.use(
    '*',
    bodyLimit({
      maxSize: MAX_BODY_BYTES,
      onError: () => {
        throw new FlotillaError('too_large', `body: more than ${MAX_BODY_BYTES} bytes`);
      },
    }),
  );
  // In the order of flotilla-os: what begins with a run id comes before /task.
  for (const routes of [healthRoutes, runRoutes, logRoutes, executeRoutes, definitionRoutes]) {
    app.route('/api/v6', routes);
  }
  app.route('/api/v8', v8);
  app.route('/api', openApiRoutes);
  app.notFound(unmatched(app));
  return app;
}

/** Go's wording of the charset, which callers may compare. */
function jsonCharset(c: Context<ApiEnv>): void {
  if (c.res.headers.get('content-type') === 'application/json') {
    c.header('content-type', 'application/json; charset=utf-8');
  }
}

/** 405 for a known path with another method, else 404, with the bodies of flotilla-os. */
function unmatched(app: Hono<ApiEnv>): (c: Context<ApiEnv>) => Response {
  const paths = new TrieRouter<true>();
  for (const route of app.routes) {
    if (route.method !== 'ALL') paths.add('ALL', route.path, true);
  }
  return (c) => {
    const [matched] = paths.match('ALL', c.req.path);
    const known = matched.length > 0;
    if (speaksV8(c)) return unmatchedV8(c, known);
    return known ? c.body(null, 405) : c.text('404 page not found\n', 404);
  };
}

function unmatchedV8(c: Context<ApiEnv>, known: boolean): Response {
  const { method, path } = c.req;
  const body = known
    ? problemOf(405, 'method_not_allowed', `${path} has no ${method}`)
    : problemOf(404, 'not_found', `there is no ${path}`);
  return c.json(body, known ? 405 : 404, { 'content-type': PROBLEM_TYPE });
}
