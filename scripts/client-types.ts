import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import openapiTS, { astToString } from 'openapi-typescript';
import { format } from 'prettier';
import { openApiDocument } from '../api/openapi.ts';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
export const CLIENT_TYPES = join(ROOT, 'client', 'schema.generated.ts');

const HEAD = `/* Written by npm run build from the OpenAPI document of this server. */\n\n`;

/** What client/schema.generated.ts is to say of the API as it is now. */
export async function clientTypes(): Promise<string> {
  // By way of JSON, as callers get it.
  const document = JSON.parse(JSON.stringify(openApiDocument())) as object;
  const nodes = await openapiTS(document as Parameters<typeof openapiTS>[0], {
    defaultNonNullable: false,
  });
  const style = { parser: 'typescript', printWidth: 100, singleQuote: true } as const;
  return format(HEAD + astToString(nodes), style);
}
