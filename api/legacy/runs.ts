import { Hono, type Context } from 'hono';
import { FlotillaError } from '../../domain/errors.ts';
import { isStatus } from '../../domain/lifecycle/status.ts';
import type { RUN_SORTS } from '../../db/run-list.ts';
import { getDefinition } from '../../services/definitions.ts';
import { noticesOf } from '../../services/notices.ts';
import { getRun, searchRuns } from '../../services/runs.ts';
import { setRunStatus } from '../../services/set-status.ts';
import { stopRun } from '../../services/stop.ts';
import { decodeBody } from '../decode/decode.ts';
import { statusFields } from '../decode/fields.ts';
import type { ApiEnv } from '../env.ts';
import { parseListQuery, type ListQuery } from './list-query.ts';
import { runJson, runStatusJson, statusTag } from './shapes.ts';

const SORTS = [
  'group_name',
  'run_id',
  'cluster_name',
  'status',
  'started_at',
  'finished_at',
] as const satisfies readonly [keyof typeof RUN_SORTS, ...(keyof typeof RUN_SORTS)[]];

/** Runs: history, status, stop. */
export const runRoutes = new Hono<ApiEnv>()
  .get('/:run_id/status', getStatus)
  .put('/:run_id/status', async (c) => {
    const body = decodeBody(statusFields, await c.req.text());
    await setRunStatus(c.get('services'), c.get('caller'), c.req.param('run_id'), {
      status: body.status ?? '',
      exitCode: body.exit_code ?? null,
      exitReason: body.exit_reason ?? null,
      runExceptions: body.run_exceptions ?? null,
    });
    return c.json({ updated: true });
  })
  .get('/:run_id/events', async (c) => {
    const run = await getRun(c.get('services'), c.get('caller'), c.req.param('run_id'));
    const events = run.podEvents ?? null;
    return c.json({ total: events?.length ?? 0, pod_events: events });
  })
  .get('/history', (c) => listHistory(c, null))
  .get('/history/:run_id', showRun)
  .get('/task/history/:run_id', showRun)
  .get('/task/:definition_id/history', async (c) => {
    const id = c.req.param('definition_id');
    await getDefinition(c.get('services'), c.get('caller'), id);
    return listHistory(c, id);
  })
  .get('/task/:definition_id/history/:run_id', showRun)
  .delete('/task/:definition_id/history/:run_id', async (c) => {
    await stopRun(c.get('services'), c.get('caller'), c.req.param('run_id'));
    return c.json({ terminated: true });
  });

async function showRun(c: Context<ApiEnv>): Promise<Response> {
  const services = c.get('services');
  const run = await getRun(services, c.get('caller'), c.req.param('run_id') ?? '');
  return c.json(runJson(run, noticesOf(services, run.engine, run.clusterName ?? '')));
}

async function getStatus(c: Context<ApiEnv>): Promise<Response> {
  const run = await getRun(c.get('services'), c.get('caller'), c.req.param('run_id') ?? '');
  const tag = statusTag(run);
  const headers = { 'cache-control': 'max-age=5', etag: tag };
  if (c.req.header('if-none-match') === tag) return c.body(null, 304, headers);
  return c.json(runStatusJson(run), 200, headers);
}

async function listHistory(c: Context<ApiEnv>, definitionId: string | null): Promise<Response> {
  const services = c.get('services');
  const query = parseListQuery(new URL(c.req.url).searchParams, SORTS);
  if (definitionId !== null) query.filters.set('definition_id', [definitionId]);
  refuseUnknownStatus(query);
  const page = await searchRuns(services, c.get('caller'), { ...query, engines: null });
  return c.json({
    ...Object.fromEntries(query.filters),
    env_filters: Object.fromEntries(query.env),
    history: page.runs.map((run) => runJson(run)),
    limit: query.limit,
    offset: query.offset,
    order: query.order,
    sort_by: query.sortBy,
    total: page.total,
  });
}

function refuseUnknownStatus(query: ListQuery<string>): void {
  const unknown = query.filters.get('status')?.find((status) => !isStatus(status));
  if (unknown !== undefined) throw new FlotillaError('invalid', `invalid status [${unknown}]`);
}
