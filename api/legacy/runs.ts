import type { Context } from 'hono';
import type { RUN_SORTS } from '../../db/run-list.ts';
import { FlotillaError } from '../../domain/errors.ts';
import { isStatus } from '../../domain/lifecycle/status.ts';
import { payloadOf } from '../../domain/template.ts';
import { requireDefinition } from '../../services/definitions.ts';
import { noticesOf } from '../../services/notices.ts';
import { getPodEvents } from '../../services/run-events.ts';
import { getRun, searchRuns } from '../../services/runs.ts';
import { stopRun } from '../../services/stop.ts';
import type { ApiEnv } from '../env.ts';
import { listJson, parseListQuery, type ListQuery } from './list-query.ts';
import { pathParam } from './path.ts';
import { runJson } from './shapes.ts';

const SORTS = [
  'run_id',
  'cluster_name',
  'status',
  'started_at',
  'finished_at',
  'group_name',
] as const satisfies readonly (keyof typeof RUN_SORTS)[];

export async function get(c: Context<ApiEnv>): Promise<Response> {
  const services = c.get('services');
  const run = await getRun(services, c.get('caller'), pathParam(c, 'run_id'));
  const podEvents = await getPodEvents(services, c.get('caller'), run);
  const notices = noticesOf(services, run.engine, run.clusterName ?? '');
  return c.json(runJson({ ...run, podEvents }, notices));
}

/** What happened to a run's jobs on their cluster. */
export async function events(c: Context<ApiEnv>): Promise<Response> {
  const services = c.get('services');
  const run = await getRun(services, c.get('caller'), pathParam(c, 'run_id'));
  const happened = await getPodEvents(services, c.get('caller'), run);
  return c.json({ total: happened?.length ?? 0, pod_events: happened });
}

/** Asks for the end of a run and of every run started from within it. */
export async function stop(c: Context<ApiEnv>): Promise<Response> {
  await stopRun(c.get('services'), c.get('caller'), pathParam(c, 'run_id'));
  return c.json({ terminated: true });
}

/** Runs of all definitions, or of the one that a filter names. */
export async function list(c: Context<ApiEnv>): Promise<Response> {
  const query = runQuery(c);
  for (const id of query.filters.get('definition_id') ?? []) {
    await requireDefinition(c.get('services'), id);
  }
  return answer(c, query);
}

/** Runs of the definition in the path, which outranks a filter. */
export async function listOfDefinition(c: Context<ApiEnv>): Promise<Response> {
  const id = pathParam(c, 'definition_id');
  const query = runQuery(c);
  query.filters.set('definition_id', [id]);
  await requireDefinition(c.get('services'), id);
  return answer(c, query);
}

/** Runs of the template in the path, which outranks a filter; none of one that there is not. */
export async function listOfTemplate(c: Context<ApiEnv>): Promise<Response> {
  const query = runQuery(c);
  query.filters.set('executable_id', [pathParam(c, 'template_id')]);
  return answer(c, query);
}

/** What a run's template was given, merged with its defaults; `{}` for a run of a definition. */
export async function payload(c: Context<ApiEnv>): Promise<Response> {
  const run = await getRun(c.get('services'), c.get('caller'), pathParam(c, 'run_id'));
  return c.json(payloadOf(run.executionRequestCustom) ?? {});
}

async function answer(c: Context<ApiEnv>, query: ListQuery<(typeof SORTS)[number]>) {
  const page = await searchRuns(c.get('services'), c.get('caller'), { ...query, engines: null });
  return c.json(
    listJson(
      query,
      'history',
      page.runs.map((run) => runJson(run)),
      page.total,
    ),
  );
}

/** @throws FlotillaError `invalid` naming what is wrong with the query */
function runQuery(c: Context<ApiEnv>): ListQuery<(typeof SORTS)[number]> {
  const query = parseListQuery(new URL(c.req.url).searchParams, SORTS, 'group_name');
  const unknown = query.filters.get('status')?.find((status) => !isStatus(status));
  if (unknown !== undefined) throw new FlotillaError('invalid', `invalid status [${unknown}]`);
  return query;
}
