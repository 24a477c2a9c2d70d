import type { Context } from 'hono';
import type { z } from 'zod';
import type { Definition } from '../../domain/definition.ts';
import { storedVariable } from '../../domain/environment.ts';
import { FlotillaError } from '../../domain/errors.ts';
import { getDefinition, getDefinitionByAlias } from '../../services/definitions.ts';
import { noticesOf } from '../../services/notices.ts';
import { EMPTY_REQUEST, submitRun, type LaunchRequest } from '../../services/submit.ts';
import { decodeBody } from '../decode/decode.ts';
import { launchFields } from '../decode/fields.ts';
import type { ApiEnv } from '../env.ts';
import { pathParam } from './path.ts';
import { runJson } from './shapes.ts';

type Body = Omit<z.output<typeof launchFields>, 'run_tags'>;

/** v1 knows environment and tier only, and nobody's name. */
export async function v1(c: Context<ApiEnv>): Promise<Response> {
  const body = decodeBody(launchFields, await c.req.text());
  return execute(c, byId(c), {
    ...EMPTY_REQUEST,
    owner: 'v1-unknown',
    cluster: textOf(body.cluster),
    env: (body.env ?? []).map(storedVariable),
    tier: textOf(body.tier),
  });
}

/** v2 names its owner by an address, and leaves command and resources to the definition. */
export async function v2(c: Context<ApiEnv>): Promise<Response> {
  const body = decodeBody(launchFields, await c.req.text());
  const owner = textOf(body.run_tags?.owner_email);
  if (owner === null || textOf(body.run_tags?.team_name) === null) {
    throw missingTags('[owner_email] and [team_name]');
  }
  return execute(c, byId(c), { ...commonRequest(body), owner });
}

/** v4 and v6. */
export async function v4(c: Context<ApiEnv>): Promise<Response> {
  return execute(c, byId(c), fullRequest(decodeBody(launchFields, await c.req.text())));
}

export async function byAlias(c: Context<ApiEnv>): Promise<Response> {
  const request = fullRequest(decodeBody(launchFields, await c.req.text()));
  // Clients of ECS times name that engine, whatever the clusters are by now; flotilla-os took it for none.
  if (request.engine === 'ecs') request.engine = null;
  const alias = pathParam(c, 'alias');
  const find = () => getDefinitionByAlias(c.get('services'), c.get('caller'), alias);
  return execute(c, find, request);
}

function byId(c: Context<ApiEnv>): () => Promise<Definition> {
  const id = pathParam(c, 'definition_id');
  return () => getDefinition(c.get('services'), c.get('caller'), id);
}

async function execute(
  c: Context<ApiEnv>,
  find: () => Promise<Definition>,
  request: LaunchRequest,
): Promise<Response> {
  const services = c.get('services');
  const run = await submitRun(services, c.get('caller'), find, request);
  return c.json(runJson(run, noticesOf(services, run.engine, run.clusterName ?? '')));
}

function commonRequest(body: Body): LaunchRequest {
  return {
    ...EMPTY_REQUEST,
    cluster: textOf(body.cluster),
    engine: textOf(body.engine),
    env: (body.env ?? []).map(storedVariable),
    description: textOf(body.description),
    // An empty key is no key.
    idempotenceKey: textOf(body.idempotence_key),
    arch: textOf(body.arch),
    labels: body.labels ?? null,
    serviceAccount: textOf(body.service_account),
    tier: textOf(body.tier),
    sparkExtension: body.spark_extension ?? null,
  };
}

function fullRequest(body: z.output<typeof launchFields>): LaunchRequest {
  const owner = textOf(body.run_tags?.owner_id);
  if (owner === null) throw missingTags('[owner_id]');
  return { ...requestOf(body), owner };
}

/** Everything that v4, v6 and v7 have in common; whose it is stands elsewhere in each. */
export function requestOf(body: Body): LaunchRequest {
  return {
    ...commonRequest(body),
    command: textOf(body.command),
    memory: body.memory ?? null,
    cpu: body.cpu ?? null,
    gpu: body.gpu ?? null,
    ephemeralStorage: body.ephemeral_storage ?? null,
    nodeLifecycle: lifecycleOf(body),
    activeDeadlineSeconds: body.active_deadline_seconds ?? null,
  };
}

function missingTags(names: string): FlotillaError {
  return new FlotillaError('invalid', `run_tags must exist in body and contain ${names}`);
}

export function textOf(value: string | undefined): string | null {
  return value === undefined || value === '' ? null : value;
}

function lifecycleOf(body: Body): 'ondemand' | 'spot' | null {
  const value = textOf(body.node_lifecycle);
  if (value === null || value === 'ondemand' || value === 'spot') return value;
  throw new FlotillaError('invalid', 'Nodelifecyle must be [normal, spot]');
}
