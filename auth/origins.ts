import { invalid } from '../domain/errors.ts';

const KEY = 'http_server_cors_allowed_origins';

/**
 * The origins whose pages may call, as browsers spell them.
 * @param needTokens whether every request needs a token. Without, `*` would let any page that somebody
 *   on this machine opens run commands; with, no page has a token that it was not given.
 * @throws FlotillaError `invalid` naming the key
 */
export function allowedOrigins(configured: readonly string[], needTokens: boolean): string[] {
  return configured.map((text) => {
    if (text !== '*') return originOf(text);
    if (needTokens) return text;
    throw invalid(
      KEY,
      '* would let every web page run commands; name origins, or say "auth: token"',
    );
  });
}

function originOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  // Compared whole, so that a path, a query or a user name is not dropped unsaid.
  if (url !== null && url.origin !== 'null' && url.href === `${url.origin}/`) return url.origin;
  throw invalid(KEY, `${text} is not scheme://host[:port]`);
}
