import { Validator } from '@seriousme/openapi-schema-validator';
import { beforeAll, expect, test } from 'vitest';
import { createApp } from '../../../api/app.ts';
import type { openApiDocument } from '../../../api/openapi.ts';
import type { Services } from '../../../services/context.ts';
import { createLogger } from '../../../telemetry/log.ts';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;
/** About the API and not of it. */
const BESIDE = /^\S+ \/api\/(openapi\.json|docs(\/.*)?)$/;

const app = createApp({
  services: {} as Services,
  log: createLogger('fatal', 'test'),
  guard: { allowedHosts: [], anyHost: false, allowedOrigins: [] },
  access: { tokensRequired: false, trustProxyHeaders: false, rateLimit: null },
  maxBodyBytes: 1024,
  uiDir: null,
});

let document: ReturnType<typeof openApiDocument>;
beforeAll(async () => {
  document = (await (await app.request('/api/openapi.json', {}, {})).json()) as typeof document;
});

function served(): Set<string> {
  return new Set(
    app.routes
      .filter((route) => route.method !== 'ALL')
      .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`)
      .filter((route) => !BESIDE.test(route)),
  );
}

function documented(): Set<string> {
  const paths = Object.entries(document.paths ?? {});
  return new Set(
    paths.flatMap(([path, item]) =>
      METHODS.filter((method) => item[method] !== undefined).map(
        (method) => `${method.toUpperCase()} ${path}`,
      ),
    ),
  );
}

test('the document is OpenAPI 3.1', async () => {
  expect(document.openapi).toBe('3.1.0');
  const report = await new Validator().validate({ ...document });
  expect(report).toMatchObject({ valid: true });
});

test('every route that is served is in the document', () => {
  const known = documented();
  expect([...served()].filter((route) => !known.has(route))).toEqual([]);
});

test('every route in the document is served', () => {
  const known = served();
  expect([...documented()].filter((route) => !known.has(route))).toEqual([]);
});

test('operations of v8 have names of their own', () => {
  const names = Object.entries(document.paths ?? {})
    .filter(([path]) => path.startsWith('/api/v8/'))
    .flatMap(([, item]) => METHODS.map((method) => item[method]))
    .flatMap((operation) => (operation === undefined ? [] : [operation.operationId]));
  expect(names).not.toContain(undefined);
  expect(new Set(names).size).toBe(names.length);
});

test('the page to browse the API loads nothing from elsewhere', async () => {
  const page = await app.request('/api/docs', {}, {});
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  const html = await page.text();
  const loaded = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url = '']) => url);
  expect(loaded).toEqual([
    'data:,',
    'docs/swagger-ui.css',
    'docs/swagger-ui-bundle.js',
    'docs/start.js',
  ]);
  for (const url of loaded.slice(1)) {
    const asset = await app.request(`/api/${url}`, {}, {});
    expect(asset.status).toBe(200);
    expect(asset.headers.get('content-type')).toMatch(/^text\/(css|javascript)/);
    expect((await asset.arrayBuffer()).byteLength).toBeGreaterThan(100);
  }
  expect((await app.request('/api/docs/package.json', {}, {})).status).toBe(404);
});
