import type { Context } from 'hono';
import { listGroups, listTags } from '../../services/definitions.ts';
import type { ApiEnv } from '../env.ts';
import { parseNameQuery } from './list-query.ts';

/** The groups that definitions are in, by name. */
export async function groups(c: Context<ApiEnv>): Promise<Response> {
  const query = parseNameQuery(new URL(c.req.url).searchParams);
  const page = await listGroups(c.get('services'), c.get('caller'), query);
  return c.json({
    groups: page.names,
    limit: query.limit,
    offset: query.offset,
    total: page.total,
  });
}

/** The tags that definitions carry, by name. */
export async function tags(c: Context<ApiEnv>): Promise<Response> {
  const query = parseNameQuery(new URL(c.req.url).searchParams);
  const page = await listTags(c.get('services'), c.get('caller'), query);
  return c.json({ limit: query.limit, offset: query.offset, tags: page.names, total: page.total });
}
