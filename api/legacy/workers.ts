import type { Context } from 'hono';
import type { z } from 'zod';
import { FlotillaError } from '../../domain/errors.ts';
import {
  listWorkers,
  setWorkerCounts,
  WORKER_TYPES,
  type WorkerType,
} from '../../services/workers.ts';
import { decodeBody, decodeList } from '../decode/decode.ts';
import { workerFields } from '../decode/fields.ts';
import type { ApiEnv } from '../env.ts';
import { pathParam } from './path.ts';

/** Counts of polling workers. They are kept and answered; nothing here is scaled by them. */
export async function list(c: Context<ApiEnv>): Promise<Response> {
  const workers = await listWorkers(c.get('services'), c.get('caller'));
  return c.json({ total: workers.length, workers });
}

export async function get(c: Context<ApiEnv>): Promise<Response> {
  const type = typeOf(pathParam(c, 'worker_type'));
  const workers = await listWorkers(c.get('services'), c.get('caller'));
  return c.json(workers.find((worker) => worker.worker_type === type) ?? {});
}

export async function update(c: Context<ApiEnv>): Promise<Response> {
  const type = typeOf(pathParam(c, 'worker_type'));
  const body = decodeBody(workerFields, await c.req.text());
  await setWorkerCounts(c.get('services'), c.get('caller'), [change(type, body)]);
  return get(c);
}

export async function updateAll(c: Context<ApiEnv>): Promise<Response> {
  const items = decodeList(workerFields, await c.req.text());
  const changes = items.map((item) => change(typeOf(item.worker_type ?? ''), item));
  await setWorkerCounts(c.get('services'), c.get('caller'), changes);
  return list(c);
}

/** An omitted count means none, as in flotilla-os. */
function change(type: WorkerType, body: z.output<typeof workerFields>) {
  return { type, count: body.count_per_instance ?? 0 };
}

function typeOf(text: string): WorkerType {
  const type = WORKER_TYPES.find((one) => one === text);
  if (type !== undefined) return type;
  throw new FlotillaError(
    'invalid',
    `Worker type: [${text}] is not a valid worker type; valid types: [${WORKER_TYPES.join(', ')}]`,
  );
}
