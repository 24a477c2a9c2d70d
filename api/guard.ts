import type { MiddlewareHandler } from 'hono';
import { FlotillaError } from '../domain/errors.ts';
import type { ApiEnv } from './env.ts';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

export interface GuardOptions {
  /** Names beside loopback's under which this server may be called. */
  allowedHosts: readonly string[];
  /** True when this server listens beyond loopback and names no hosts: then any name will do. */
  anyHost: boolean;
  /** Origins whose pages may call. */
  allowedOrigins: readonly string[];
}

/**
 * Running commands is this server's purpose, so a page of another site must not reach it through a
 * browser on this machine: neither under a name of its own (DNS rebinding) nor across origins.
 */
export function guard(options: GuardOptions): MiddlewareHandler<ApiEnv> {
  const hosts = new Set([...LOOPBACK, ...options.allowedHosts.map((host) => host.toLowerCase())]);
  const origins = new Set(options.allowedOrigins);
  return async (c, next) => {
    const host = c.req.header('host') ?? new URL(c.req.url).host;
    const name = host.toLowerCase().replace(/:\d+$/, '');
    if (!options.anyHost && !hosts.has(name)) {
      throw new FlotillaError(
        'forbidden',
        `host ${name} is not served; http_server_allowed_hosts names those that are`,
      );
    }
    const origin = c.req.header('origin');
    if (origin !== undefined && !SAFE_METHODS.has(c.req.method)) {
      if (!origins.has('*') && !origins.has(origin) && !isSameHost(origin, host)) {
        throw new FlotillaError('forbidden', `origin ${origin} may not do this`);
      }
    }
    await next();
  };
}

function isSameHost(origin: string, host: string): boolean {
  try {
    return new URL(origin).host === host.toLowerCase();
  } catch {
    return false;
  }
}
