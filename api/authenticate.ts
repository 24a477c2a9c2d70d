import type { Context, MiddlewareHandler } from 'hono';
import { addressOf, networkOf } from '../auth/address.ts';
import { callerName } from '../auth/policy.ts';
import { RateLimiter, type RateLimit } from '../auth/rate-limit.ts';
import { needOf, type Need } from '../auth/routes.ts';
import { FlotillaError } from '../domain/errors.ts';
import { allows, type Scope } from '../domain/scope.ts';
import { verifyToken, type Token } from '../services/tokens.ts';
import type { ApiEnv } from './env.ts';
import { handlerOf } from './observed.ts';

export interface AccessOptions {
  /** Whether a request without a token is refused. */
  tokensRequired: boolean;
  /** Whether identity and X-Forwarded-For headers are those of a proxy that is always in front. */
  trustProxyHeaders: boolean;
  /** Null is none. */
  rateLimit: RateLimit | null;
}

/**
 * Who calls, whether that one may do this, and how often. A token that is sent is verified whether or
 * not one is needed; what is open to anybody is answered without a look at anything, so that it also
 * is while the database is away.
 */
export function authenticate(options: AccessOptions): MiddlewareHandler<ApiEnv> {
  const limiter = options.rateLimit === null ? null : new RateLimiter(options.rateLimit);
  return async (c, next) => {
    const need = needed(c);
    if (need === 'open') return next();
    const address = networkOf(
      addressOf(
        c.env.incoming?.socket.remoteAddress,
        c.req.header('x-forwarded-for'),
        options.trustProxyHeaders,
      ),
    );
    let token: Token | null;
    try {
      token = await tokenOf(c, options.tokensRequired);
    } catch (error) {
      // Guesses count against where they come from; a key of their own would be new each time.
      if (error instanceof FlotillaError) refuseTooMany(c, limiter, `address ${address}`);
      throw error;
    }
    refuseTooMany(c, limiter, token === null ? `address ${address}` : `token ${token.name}`);
    if (token !== null) {
      if (need !== null) refuseMissingScope(c, token, need);
      const { name } = c.get('caller');
      const known = callerName(token.name, name, options.trustProxyHeaders);
      c.set('caller', { name: known, via: 'api' });
    }
    await next();
  };
}

/** What the handler that is about to answer needs; null when there is none, which is a 404 or 405. */
function needed(c: Context<ApiEnv>): Need | null {
  const route = handlerOf(c);
  return route === undefined ? null : (needOf(route.method, route.path) ?? 'admin');
}

async function tokenOf(c: Context<ApiEnv>, required: boolean): Promise<Token | null> {
  const secret = bearerOf(c.req.header('authorization'));
  if (secret === null) {
    if (!required) return null;
    c.header('www-authenticate', 'Bearer');
    throw new FlotillaError(
      'unauthenticated',
      'a token is needed: send "Authorization: Bearer <token>"; "flotilla token create" makes one',
    );
  }
  try {
    return await verifyToken(c.get('services'), secret);
  } catch (error) {
    if (error instanceof FlotillaError)
      c.header('www-authenticate', 'Bearer error="invalid_token"');
    throw error;
  }
}

/** The token of a header, or null. Other schemes are not ours: a proxy in front may use them. */
function bearerOf(header: string | undefined): string | null {
  const match = /^bearer(?:\s+(.*))?$/i.exec(header ?? '');
  return match === null ? null : (match[1] ?? '').trim();
}

function refuseTooMany(c: Context<ApiEnv>, limiter: RateLimiter | null, who: string): void {
  const wait = limiter?.take(who, performance.now()) ?? 0;
  if (limiter === null || wait === 0) return;
  const { perSecond, burst } = limiter.limit;
  c.header('retry-after', String(wait));
  throw new FlotillaError(
    'rate_limited',
    `the rate limit of ${who} is reached: ${perSecond} requests a second, ${burst} at once ` +
      `(rate_limit_requests_per_second, rate_limit_burst); try again in ${wait} s`,
  );
}

function refuseMissingScope(c: Context<ApiEnv>, token: Token, need: Scope): void {
  if (allows(token.scopes, need)) return;
  c.header('www-authenticate', `Bearer error="insufficient_scope", scope="${need}"`);
  throw new FlotillaError(
    'forbidden',
    `this needs the scope ${need}; the token ${token.name} has ${token.scopes.join(', ')}`,
  );
}
