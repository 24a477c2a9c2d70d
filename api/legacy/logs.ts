import type { Context } from 'hono';
import { getRun } from '../../services/runs.ts';
import { getLogPage, readWholeLog } from '../../services/run-logs.ts';
import type { ApiEnv } from '../env.ts';
import { streamBytes } from '../stream.ts';
import { pathParam } from './path.ts';

/** A run's log, page by page or raw. */
export async function getLogs(c: Context<ApiEnv>): Promise<Response> {
  const services = c.get('services');
  const caller = c.get('caller');
  const runId = pathParam(c, 'run_id');
  if (c.req.query('raw_text')?.toLowerCase() === 'true') {
    // Before the first byte, so that an unknown run is a 404 and not a broken stream.
    await getRun(services, caller, runId);
    return streamBytes(readWholeLog(services, caller, runId), {});
  }
  const page = await getLogPage(services, caller, runId, c.req.query('last_seen') ?? '');
  return c.json({ last_seen: page.lastSeen, log: page.log });
}
