export type AuthMode = 'loopback' | 'token' | 'none';

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);
/** Characters of a name out of a header that are recorded. */
const MAX_NAME = 200;

export function isLoopback(host: string): boolean {
  return LOOPBACK.has(host);
}

/** Whether every request needs a token: always, never, or as soon as others than this machine can ask. */
export function tokensRequired(mode: AuthMode, hosts: readonly string[]): boolean {
  if (mode === 'loopback') return hosts.some((host) => !isLoopback(host));
  return mode === 'token';
}

/**
 * How a caller is named in records. A token's name is proven. What headers claim is not: without a
 * token it is all there is; beside one it counts only where a trusted proxy sets those headers, and
 * then the token's name stays with it, so that nobody with a token can pass as somebody else.
 */
export function callerName(
  token: string | null,
  claimed: string | null,
  trustHeaders: boolean,
): string | null {
  const claim = claimed === null ? null : claimed.slice(0, MAX_NAME);
  if (token === null) return claim;
  return trustHeaders && claim !== null ? `${claim} via ${token}` : token;
}
