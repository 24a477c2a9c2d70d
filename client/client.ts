import createClient, { type Client } from 'openapi-fetch';
import type { components, paths } from './schema.generated.ts';

/** The schemas of the API by name: `Schemas['Run']`. */
export type Schemas = components['schemas'];

/** A typed client of the API: paths, parameters, bodies and answers are those of its document. */
export type FlotillaClient = Client<paths>;

/** @param baseUrl where the server is, such as http://127.0.0.1:3000 */
export function createFlotillaClient(
  baseUrl: string,
  fetch: (request: Request) => Promise<Response> = globalThis.fetch,
): FlotillaClient {
  return createClient<paths>({ baseUrl: baseUrl.replace(/\/$/, ''), fetch });
}
