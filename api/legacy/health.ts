import type { Context } from 'hono';
import type { ApiEnv } from '../env.ts';

/** Says that this process answers; what it depends on may be away, which delays and does not lose. */
export function health(c: Context<ApiEnv>): Response {
  return c.json({ status: 'healthy', message: 'Service is up and running' });
}
