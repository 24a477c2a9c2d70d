import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Hono } from 'hono';
import type { ApiEnv } from './env.ts';

/** Swagger UI styles its elements in place and draws with data: images; it loads nothing from elsewhere. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>Flotilla API</title>
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="docs/swagger-ui.css" />
  </head>
  <body>
    <div id="swagger-ui"></div>
    <script src="docs/swagger-ui-bundle.js"></script>
    <script src="docs/start.js"></script>
  </body>
</html>
`;

const START = `SwaggerUIBundle({
  url: 'openapi.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  docExpansion: 'list',
  validatorUrl: null,
});
`;

const ASSETS = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
};

const read = new Map<string, Uint8Array<ArrayBuffer>>();

/** A page to browse the API, whole from this server: it works without the internet. */
export const docsRoutes = new Hono<ApiEnv>()
  .get('/', (c) => c.html(PAGE, 200, { 'content-security-policy': POLICY }))
  .get('/start.js', (c) => c.body(START, 200, { 'content-type': ASSETS['swagger-ui-bundle.js'] }));
for (const [name, type] of Object.entries(ASSETS)) {
  const headers = { 'content-type': type, 'cache-control': 'max-age=3600' };
  docsRoutes.get(`/${name}`, (c) => c.body(assetOf(name), 200, headers));
}

/** A file of swagger-ui-dist, read when it is first asked for. */
function assetOf(name: string): Uint8Array<ArrayBuffer> {
  const dir = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  const bytes = read.get(name) ?? new Uint8Array(readFileSync(join(dir, name)));
  read.set(name, bytes);
  return bytes;
}
