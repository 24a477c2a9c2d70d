import { Hono, type Context, type MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { HTTPException } from 'hono/http-exception';
import { TrieRouter } from 'hono/router/trie-router';
import { FlotillaError } from '../domain/errors.ts';
import type { Metrics } from '../domain/metrics.ts';
import type { Services } from '../services/context.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Traces } from '../telemetry/traces.ts';
import { authenticate, type AccessOptions } from './authenticate.ts';
import { claimedName } from './caller.ts';
import { cors } from './cors.ts';
import type { ApiEnv } from './env.ts';
import { answerError, speaksV8 } from './errors.ts';
import { guard, type GuardOptions } from './guard.ts';
import { legacyRoutes } from './legacy/routes.ts';
import { goPaths } from './go-paths.ts';
import { observed, traced } from './observed.ts';
import { openApiRoutes } from './openapi.ts';
import { PROBLEM_TYPE, problemOf } from './problem.ts';
import { ui } from './ui.ts';
import { v8 } from './v8/routes.ts';

/**
 * Characters. Go's server allows a megabyte of headers with it; filters of
 * real callers stay far below this.
 */
const MAX_URL_LENGTH = 16_384;

export interface AppOptions {
  services: Services;
  log: Logger;
  guard: GuardOptions;
  access: AccessOptions;
  maxBodyBytes: number;
  /** Where the built web application is; null serves none. */
  uiDir: string | null;
  metrics?: Metrics;
  traces?: Traces | null;
  /** What `/metrics` shows, where it is served. */
  metricsPage?: () => Promise<{ type: string; text: string }>;
}

/** The HTTP API, all versions, and the web application in front of it. */
export function createApp(options: AppOptions): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();
  app.onError(answerError);
  if (options.traces != null) app.use('*', traced(options.traces));
  if (options.metrics?.on === true) app.use('*', observed(options.metrics));
  app.use('*', async (c, next) => {
    c.set('services', options.services);
    c.set('log', options.log);
    c.set('caller', { name: claimedName(c.req.raw.headers), via: 'api' });
    await next();
    charset(c);
  });
  app.use('*', cors(options.guard.allowedOrigins));
  app.use('*', goPaths);
  app.use('*', guard(options.guard));
  app.use('*', urlLimit);
  if (options.uiDir !== null) app.use('*', ui(options.uiDir));
  app.use('*', authenticate(options.access));
  app.use(
    '*',
    bodyLimit({
      maxSize: options.maxBodyBytes,
      onError: () => {
        throw new FlotillaError('too_large', `body: more than ${options.maxBodyBytes} bytes`);
      },
    }),
  );
  app.route('/api', legacyRoutes());
  app.route('/api/v8', v8);
  app.route('/api', openApiRoutes);
  const { metricsPage } = options;
  if (metricsPage !== undefined) {
    app.get('/metrics', async (c) => {
      const { type, text } = await metricsPage();
      return c.body(text, 200, { 'content-type': type });
    });
  }
  app.notFound(unmatched(app));
  return app;
}

const urlLimit: MiddlewareHandler<ApiEnv> = async (c, next) => {
  if (c.req.url.length > MAX_URL_LENGTH) {
    throw new HTTPException(414, { message: `url: longer than ${MAX_URL_LENGTH} characters` });
  }
  await next();
};

/** Go's wording of the charset, which callers may compare. */
function charset(c: Context<ApiEnv>): void {
  const type = c.res.headers.get('content-type');
  if (type === 'application/json') c.header('content-type', 'application/json; charset=utf-8');
  else if (type === 'text/plain; charset=UTF-8') c.header('content-type', type.toLowerCase());
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
