import { OpenAPIHono } from '@hono/zod-openapi';
import type { ApiEnv } from './env.ts';
import { docsRoutes } from './docs.ts';
import { legacyDocument } from './legacy/openapi.ts';
import { v8 } from './v8/routes.ts';

const DESCRIPTION = `Self-service containerized batch jobs.

v8 is strict: what it does not know is refused, errors are problem details (RFC 9457), lists are read
by cursor. v1 to v7 are those of flotilla-os and frozen: unknown fields are ignored, errors are
\`{"error": "<text>"}\`. Sizes are in megabytes and CPU in millicores.`;

type Document = ReturnType<OpenAPIHono['getOpenAPI31Document']>;

/** The document of all versions, from the schemas that validate. */
export function openApiDocument(): Document {
  const all = new OpenAPIHono<ApiEnv>();
  all.route('/api/v8', v8);
  all.route('/api', legacyDocument);
  return all.getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: 'Flotilla', version: '8', description: DESCRIPTION },
    servers: [{ url: '/' }],
  });
}

/** The document, and a page to browse it. */
export const openApiRoutes = new OpenAPIHono<ApiEnv>();
let document: Document | null = null;
openApiRoutes.get('/openapi.json', (c) => c.json((document ??= openApiDocument())));
openApiRoutes.route('/docs', docsRoutes);
