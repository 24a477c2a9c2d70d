import { Hono } from 'hono';
import type { DEFINITION_SORTS } from '../../db/definition-list.ts';
import {
  createDefinition,
  getDefinition,
  getDefinitionByAlias,
  searchDefinitions,
  updateDefinition,
} from '../../services/definitions.ts';
import { decodeBody } from '../decode/decode.ts';
import { definitionFields } from '../decode/fields.ts';
import type { ApiEnv } from '../env.ts';
import { defined } from './defined.ts';
import { parseListQuery } from './list-query.ts';
import { definitionJson } from './shapes.ts';

const SORTS = ['group_name', 'alias', 'image', 'memory'] as const satisfies readonly [
  keyof typeof DEFINITION_SORTS,
  ...(keyof typeof DEFINITION_SORTS)[],
];

/** Definitions, in flotilla-os's words "tasks". */
export const definitionRoutes = new Hono<ApiEnv>()
  .get('/task', async (c) => {
    const query = parseListQuery(new URL(c.req.url).searchParams, SORTS);
    const page = await searchDefinitions(c.get('services'), c.get('caller'), query);
    return c.json({
      ...Object.fromEntries(query.filters),
      definitions: page.definitions.map(definitionJson),
      env_filters: Object.fromEntries(query.env),
      limit: query.limit,
      offset: query.offset,
      order: query.order,
      sort_by: query.sortBy,
      total: page.total,
    });
  })
  .post('/task', async (c) => {
    const body = decodeBody(definitionFields, await c.req.text());
    const created = await createDefinition(c.get('services'), c.get('caller'), defined(body));
    return c.json(definitionJson(created));
  })
  .get('/task/alias/:alias', async (c) => {
    const { alias } = c.req.param();
    const found = await getDefinitionByAlias(c.get('services'), c.get('caller'), alias);
    return c.json(definitionJson(found));
  })
  .get('/task/:definition_id', async (c) => {
    const id = c.req.param('definition_id');
    return c.json(definitionJson(await getDefinition(c.get('services'), c.get('caller'), id)));
  })
  .put('/task/:definition_id', async (c) => {
    const id = c.req.param('definition_id');
    const patch = decodeBody(definitionFields, await c.req.text());
    const changed = await updateDefinition(c.get('services'), c.get('caller'), id, defined(patch));
    return c.json(definitionJson(changed));
  });
