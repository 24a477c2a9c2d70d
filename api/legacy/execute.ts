import { Hono } from 'hono';
import type { Context } from 'hono';
import type { z } from 'zod';
import type { Definition } from '../../domain/definition.ts';
import { FlotillaError } from '../../domain/errors.ts';
import { getDefinition, getDefinitionByAlias } from '../../services/definitions.ts';
import { noticesOf } from '../../services/notices.ts';
import { submitRun, type LaunchRequest } from '../../services/submit.ts';
import { decodeBody } from '../decode/decode.ts';
import { launchFields } from '../decode/fields.ts';
import type { ApiEnv } from '../env.ts';
import { runJson } from './shapes.ts';

/** Launching, as v4 and v6 have it. */
export const executeRoutes = new Hono<ApiEnv>()
  .put('/task/alias/:alias/execute', async (c) => {
    const request = await launchRequest(c);
    const { alias } = c.req.param();
    const find = () => getDefinitionByAlias(c.get('services'), c.get('caller'), alias);
    return execute(c, find, request);
  })
  .put('/task/:definition_id/execute', async (c) => {
    const request = await launchRequest(c);
    const id = c.req.param('definition_id');
    const find = () => getDefinition(c.get('services'), c.get('caller'), id);
    return execute(c, find, request);
  });

async function execute(
  c: Context<ApiEnv>,
  find: () => Promise<Definition>,
  request: LaunchRequest,
): Promise<Response> {
  const services = c.get('services');
  const run = await submitRun(services, c.get('caller'), find, request);
  return c.json(runJson(run, noticesOf(services, run.engine, run.clusterName ?? '')));
}

async function launchRequest(c: Context<ApiEnv>): Promise<LaunchRequest> {
  const body = decodeBody(launchFields, await c.req.text());
  const owner = body.run_tags?.owner_id;
  if (owner === undefined || owner === '') {
    throw new FlotillaError('invalid', 'run_tags must exist in body and contain [owner_id]');
  }
  return {
    owner,
    cluster: textOf(body.cluster),
    engine: textOf(body.engine),
    env: body.env ?? [],
    command: textOf(body.command),
    memory: body.memory ?? null,
    cpu: body.cpu ?? null,
    gpu: body.gpu ?? null,
    ephemeralStorage: body.ephemeral_storage ?? null,
    nodeLifecycle: lifecycleOf(body),
    activeDeadlineSeconds: body.active_deadline_seconds ?? null,
    description: textOf(body.description),
    // An empty key is no key.
    idempotenceKey: textOf(body.idempotence_key),
    arch: textOf(body.arch),
    labels: body.labels ?? null,
    serviceAccount: textOf(body.service_account),
    tier: textOf(body.tier),
  };
}

function textOf(value: string | undefined): string | null {
  return value === undefined || value === '' ? null : value;
}

function lifecycleOf(body: z.output<typeof launchFields>): 'ondemand' | 'spot' | null {
  const value = textOf(body.node_lifecycle);
  if (value === null || value === 'ondemand' || value === 'spot') return value;
  throw new FlotillaError('invalid', 'Nodelifecyle must be [normal, spot]');
}
