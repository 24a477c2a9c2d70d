import type { Context } from 'hono';
import { invalid } from '../../domain/errors.ts';
import type { ApiEnv } from '../env.ts';

/** A handler of v1 to v7. */
export type Handler = (c: Context<ApiEnv>) => Response | Promise<Response>;

/** @throws FlotillaError `invalid` naming the parameter when it holds a null byte */
export function pathParam(c: Context<ApiEnv>, name: string): string {
  const value = c.req.param(name) ?? '';
  if (value.includes('\0')) throw invalid(name, 'must not contain a null byte');
  return value;
}
