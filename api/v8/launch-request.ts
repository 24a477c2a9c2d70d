import type { z } from '@hono/zod-openapi';
import type { Caller } from '../../domain/caller.ts';
import { invalid } from '../../domain/errors.ts';
import { EMPTY_REQUEST, type LaunchRequest } from '../../services/submit.ts';
import type { templateLaunch } from './run-schema.ts';

type Asked = Omit<z.output<typeof templateLaunch>, 'payload'>;

/**
 * What a body says of a run, whatever it is made of.
 * @throws FlotillaError `invalid` naming `owner`
 */
export function launchRequest(caller: Caller, body: Asked): LaunchRequest {
  const owner = body.owner ?? caller.name;
  if (owner === null) throw invalid('owner', 'must be given, because the caller is not known');
  return {
    ...EMPTY_REQUEST,
    owner,
    cluster: body.cluster ?? null,
    engine: body.engine ?? null,
    env: body.env,
    command: body.command ?? null,
    memory: body.memory_mb ?? null,
    cpu: body.cpu_millicores ?? null,
    gpu: body.gpu ?? null,
    ephemeralStorage: body.ephemeral_storage_mb ?? null,
    nodeLifecycle: body.node_lifecycle ?? null,
    activeDeadlineSeconds: body.active_deadline_seconds ?? null,
    description: body.description ?? null,
    idempotenceKey: body.idempotence_key || null,
    arch: body.arch ?? null,
    labels: body.labels ?? null,
    serviceAccount: body.service_account ?? null,
    tier: body.tier ?? null,
  };
}
