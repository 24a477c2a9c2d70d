import type { Context } from 'hono';
import type { z } from 'zod';
import type { DEFINITION_SORTS } from '../../db/definition-list.ts';
import {
  createDefinition,
  deleteDefinition,
  getDefinition,
  getDefinitionByAlias,
  searchDefinitions,
  updateDefinition,
} from '../../services/definitions.ts';
import { decodeBody } from '../decode/decode.ts';
import { definitionFields } from '../decode/fields.ts';
import type { ApiEnv } from '../env.ts';
import { defined } from '../../domain/defined.ts';
import type { DefinitionPatch } from '../../domain/definition.ts';
import { storedVariable } from '../../domain/environment.ts';
import { flag, listJson, parseListQuery } from './list-query.ts';
import { pathParam } from './path.ts';
import { createdJson, definitionJson } from './shapes.ts';

const SORTS = [
  'alias',
  'image',
  'group_name',
  'memory',
] as const satisfies readonly (keyof typeof DEFINITION_SORTS)[];

/** Definitions, in flotilla-os's words "tasks". */
export async function list(c: Context<ApiEnv>): Promise<Response> {
  const query = parseListQuery(new URL(c.req.url).searchParams, SORTS, 'group_name');
  const page = await searchDefinitions(c.get('services'), c.get('caller'), query);
  return c.json(listJson(query, 'definitions', page.definitions.map(definitionJson), page.total));
}

export async function create(c: Context<ApiEnv>): Promise<Response> {
  const body = decodeBody(definitionFields, await c.req.text());
  const created = await createDefinition(c.get('services'), c.get('caller'), patchOf(body));
  return c.json(createdJson(created));
}

export async function getByAlias(c: Context<ApiEnv>): Promise<Response> {
  const alias = pathParam(c, 'alias');
  const found = await getDefinitionByAlias(c.get('services'), c.get('caller'), alias);
  return c.json(definitionJson(found));
}

export async function get(c: Context<ApiEnv>): Promise<Response> {
  const id = pathParam(c, 'definition_id');
  return c.json(definitionJson(await getDefinition(c.get('services'), c.get('caller'), id)));
}

export async function update(c: Context<ApiEnv>): Promise<Response> {
  const id = pathParam(c, 'definition_id');
  const patch = decodeBody(definitionFields, await c.req.text());
  const changed = await updateDefinition(c.get('services'), c.get('caller'), id, patchOf(patch));
  return c.json(definitionJson(changed));
}

/** One that there is not counts as deleted, as in flotilla-os. */
export async function remove(c: Context<ApiEnv>): Promise<Response> {
  const id = pathParam(c, 'definition_id');
  const stop = flag(new URL(c.req.url).searchParams, 'stop');
  await deleteDefinition(c.get('services'), c.get('caller'), id, { stop });
  return c.json({ deleted: true });
}

/** What a request says of a definition, in the words of the domain. */
function patchOf(body: z.output<typeof definitionFields>): DefinitionPatch {
  const { env, ...same } = body;
  return defined({ ...same, env: env?.map(storedVariable) });
}
