import type { Context } from 'hono';
import { getRun } from '../../services/runs.ts';
import { setRunStatus } from '../../services/set-status.ts';
import { decodeBody } from '../decode/decode.ts';
import { statusFields } from '../decode/fields.ts';
import type { ApiEnv } from '../env.ts';
import { pathParam } from './path.ts';
import { runStatusJson, statusTag } from './shapes.ts';

/** A run's status, with an entity tag: 304 when the caller has it already. */
export async function get(c: Context<ApiEnv>): Promise<Response> {
  const run = await getRun(c.get('services'), c.get('caller'), pathParam(c, 'run_id'));
  const tag = statusTag(run);
  const headers = { 'cache-control': 'max-age=5', etag: tag };
  if (c.req.header('if-none-match') === tag) return c.body(null, 304, headers);
  return c.json(runStatusJson(run), 200, headers);
}

/** Declares a run's status. */
export async function put(c: Context<ApiEnv>): Promise<Response> {
  const runId = pathParam(c, 'run_id');
  const body = decodeBody(statusFields, await c.req.text());
  await setRunStatus(c.get('services'), c.get('caller'), runId, {
    status: body.status ?? '',
    exitCode: body.exit_code ?? null,
    exitReason: body.exit_reason ?? null,
    runExceptions: body.run_exceptions ?? null,
  });
  return c.json({ updated: true });
}
