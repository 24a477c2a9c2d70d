import { expect, test } from 'vitest';
import { createApp } from '../../../api/app.ts';
import { needOf } from '../../../auth/routes.ts';
import type { Services } from '../../../services/context.ts';
import { createLogger } from '../../../telemetry/log.ts';

const app = createApp({
  services: {} as Services,
  log: createLogger('silent', 'test'),
  guard: { allowedHosts: [], anyHost: false, allowedOrigins: [] },
  access: { tokensRequired: true, trustProxyHeaders: false, rateLimit: null },
  maxBodyBytes: 1_000,
  uiDir: null,
});
/** What tells nothing of an installation. */
const OPEN = /^\/api\/(v6\/health|openapi\.json|docs(\/.*)?)$/;
const routes = app.routes.filter(({ method }) => method !== 'ALL');

test('what is registered for all methods is middleware, which decides nothing', () => {
  const paths = app.routes.filter(({ method }) => method === 'ALL').map(({ path }) => path);
  expect(paths.filter((path) => !path.endsWith('*'))).toEqual([]);
});

test.each(routes.map(({ method, path }) => [method, path] as const))(
  '%s %s has a rule that says which scope it needs',
  (method, path) => {
    expect(needOf(method, path)).not.toBeNull();
  },
);

test('nothing that changes something is open, or needs no more than read', () => {
  const weak = routes.filter(
    ({ method, path }) => method !== 'GET' && ['open', 'read'].includes(needOf(method, path) ?? ''),
  );
  expect(weak).toEqual([]);
  const open = routes.filter(({ method, path }) => needOf(method, path) === 'open');
  expect(open.every(({ path }) => OPEN.test(path))).toBe(true);
});

test.each([
  ['GET', '/api/v6/health', 'open'],
  ['GET', '/api/v1/task', 'read'],
  ['GET', '/api/v8/runs/:run_id/log', 'read'],
  ['PUT', '/api/v6/task/:definition_id/execute', 'run'],
  ['PUT', '/api/v7/template/name/:template_name/version/:template_version/execute', 'run'],
  ['POST', '/api/v7/template/:template_id/preview', 'run'],
  ['DELETE', '/api/v7/template/:template_id/history/:run_id', 'run'],
  ['PUT', '/api/v7/template/:template_id', 'define'],
  ['DELETE', '/api/v7/template/:template_id', 'define'],
  ['POST', '/api/v8/templates/:template_id/runs', 'run'],
  ['DELETE', '/api/v8/templates/:template_id', 'define'],
  ['PUT', '/api/v6/:run_id/status', 'run'],
  ['DELETE', '/api/v6/task/:definition_id/history/:run_id', 'run'],
  ['DELETE', '/api/v6/task/:definition_id', 'define'],
  ['POST', '/api/v6/clusters', 'define'],
  ['GET', '/api/v5/worker', 'read'],
  ['PUT', '/api/v5/worker', 'admin'],
  ['PUT', '/api/v5/worker/:worker_type', 'admin'],
  ['GET', '/api/v8/definitions/:definition_id', 'read'],
  ['PATCH', '/api/v8/definitions/:definition_id', 'define'],
  ['POST', '/api/v8/runs', 'run'],
  ['POST', '/api/v8/runs/:run_id/stop', 'run'],
  ['GET', '/api/v8/tokens', 'admin'],
  ['DELETE', '/api/v8/tokens/:id', 'admin'],
  // No rule: for admin alone.
  ['POST', '/api/v8/something-new', null],
  ['PUT', '/api/v9/task/:definition_id', null],
  ['GET', '/debug', null],
])('%s %s needs %s', (method, path, need) => {
  expect(needOf(method, path)).toBe(need);
});
