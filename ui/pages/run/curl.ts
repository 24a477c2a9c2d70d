import type { Schemas } from '../../../client/client.ts';

/**
 * The call that launches a run, for a shell (pure).
 * @param withToken true where the server wants a token; it is not written out
 */
export function curlOf(origin: string, launch: Schemas['Launch'], withToken: boolean): string {
  const lines = [
    `curl -X POST ${quoted(`${origin}/api/v8/runs`)}`,
    `-H 'content-type: application/json'`,
    ...(withToken ? ['-H "authorization: Bearer $FLOTILLA_TOKEN"'] : []),
    `-d ${quoted(JSON.stringify(launch, null, 2))}`,
  ];
  return lines.join(' \\\n  ');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
