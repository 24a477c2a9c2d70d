import type { Context } from 'hono';
import { getRun } from '../../services/runs.ts';
import { getLogPage, readWholeLog } from '../../services/run-logs.ts';
import type { SparkFile } from '../../services/spark-logs.ts';
import type { ApiEnv } from '../env.ts';
import { streamBytes } from '../stream.ts';
import { pathParam } from './path.ts';

/** A run's log, page by page or raw. */
export async function getLogs(c: Context<ApiEnv>): Promise<Response> {
  const services = c.get('services');
  const caller = c.get('caller');
  const runId = pathParam(c, 'run_id');
  const file = sparkFile(c.req.query('role'), c.req.query('facility'));
  if (c.req.query('raw_text')?.toLowerCase() === 'true') {
    // Before the first byte, so that an unknown run is a 404 and not a broken stream.
    await getRun(services, caller, runId);
    return streamBytes(readWholeLog(services, caller, runId, file), {});
  }
  const lastSeen = c.req.query('last_seen') ?? '';
  const page = await getLogPage(services, caller, runId, lastSeen, file);
  return c.json({ last_seen: page.lastSeen, log: page.log });
}

/** Null for who asks for none: then it is the whole log. */
function sparkFile(role?: string, facility?: string): SparkFile | null {
  if (!role && !facility) return null;
  return { role: role || 'driver', facility: facility || 'stderr' };
}
