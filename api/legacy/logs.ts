import { Hono } from 'hono';
import { getRun } from '../../services/runs.ts';
import { getLogPage, readWholeLog } from '../../services/run-logs.ts';
import type { ApiEnv } from '../env.ts';
import { streamBytes } from '../stream.ts';

/** A run's log, page by page or raw. */
export const logRoutes = new Hono<ApiEnv>().get('/:run_id/logs', async (c) => {
  const services = c.get('services');
  const caller = c.get('caller');
  const runId = c.req.param('run_id');
  if (c.req.query('raw_text')?.toLowerCase() === 'true') {
    // Before the first byte, so that an unknown run is a 404 and not a broken stream.
    await getRun(services, caller, runId);
    return streamBytes(readWholeLog(services, caller, runId), {});
  }
  const page = await getLogPage(services, caller, runId, c.req.query('last_seen') ?? '');
  return c.json({ last_seen: page.lastSeen, log: page.log });
});
