import type { Scope } from '../domain/scope.ts';

/** `open`: anybody may, without a token. */
export type Need = Scope | 'open';

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE' | 'ANY';

/**
 * Which scope each route needs; the first rule that fits decides. The paths are those of the routes,
 * not of requests, so that no spelling of a path reaches a handler under another rule. In them `v1-7`
 * is any version of flotilla-os, `:` one parameter, and `**` at the end whatever follows, or nothing.
 */
const RULES: readonly (readonly [Method, string, Need])[] = [
  ['GET', '/api/v6/health', 'open'],
  // A browser sends no token when it opens a page; nothing of an installation is in these.
  ['GET', '/api/openapi.json', 'open'],
  ['GET', '/api/docs/**', 'open'],

  // Tokens, and what concerns the service itself.
  ['ANY', '/api/v8/tokens/**', 'admin'],
  ['PUT', '/api/v1-7/worker/**', 'admin'],

  ['GET', '/metrics', 'read'],
  ['GET', '/api/**', 'read'],

  // Launch, stop, declare a status.
  ['PUT', '/api/v1-7/task/:/execute', 'run'],
  ['PUT', '/api/v1-7/task/alias/:/execute', 'run'],
  ['PUT', '/api/v1-7/template/:/execute', 'run'],
  ['PUT', '/api/v1-7/template/name/:/version/:/execute', 'run'],
  ['POST', '/api/v1-7/template/:/preview', 'run'],
  ['PUT', '/api/v1-7/:/status', 'run'],
  ['DELETE', '/api/v1-7/task/:/history/:', 'run'],
  ['DELETE', '/api/v1-7/template/:/history/:', 'run'],
  ['ANY', '/api/v8/runs/**', 'run'],
  ['ANY', '/api/v8/bulk-actions/**', 'run'],
  ['POST', '/api/v8/templates/:/runs', 'run'],
  ['POST', '/api/v8/templates/:/preview', 'run'],
  ['POST', '/api/v8/template-previews', 'run'],

  // Definitions, templates and clusters.
  ['POST', '/api/v1-7/task', 'define'],
  ['PUT', '/api/v1-7/task/:', 'define'],
  ['DELETE', '/api/v1-7/task/:', 'define'],
  ['POST', '/api/v1-7/template', 'define'],
  ['PUT', '/api/v1-7/template/:', 'define'],
  ['DELETE', '/api/v1-7/template/:', 'define'],
  ['POST', '/api/v1-7/clusters', 'define'],
  ['PUT', '/api/v1-7/clusters/:', 'define'],
  ['DELETE', '/api/v1-7/clusters/:', 'define'],
  ['ANY', '/api/v8/definitions/**', 'define'],
  ['ANY', '/api/v8/templates/**', 'define'],
  ['ANY', '/api/v8/clusters/**', 'define'],
];

/**
 * What the route needs that is registered for a method under a path, such as `/api/v6/task/:id`.
 * Null when no rule speaks of it; it is then for `admin` alone.
 */
export function needOf(method: string, route: string): Need | null {
  const segments = route.split('/');
  const rule = RULES.find(
    ([ruled, path]) => (ruled === 'ANY' || ruled === method) && fits(path.split('/'), segments),
  );
  return rule?.[2] ?? null;
}

function fits(pattern: readonly string[], segments: readonly string[]): boolean {
  const open = pattern.at(-1) === '**';
  const fixed = open ? pattern.slice(0, -1) : pattern;
  if (open ? segments.length < fixed.length : segments.length !== fixed.length) return false;
  return fixed.every((part, i) => {
    const segment = segments[i] ?? '';
    if (part === ':') return segment.startsWith(':');
    if (part === 'v1-7') return /^v[1-7]$/.test(segment);
    return part === segment;
  });
}
