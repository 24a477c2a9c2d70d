import { loadavg } from 'node:os';
import type { ApiClient } from '../cli/client.ts';
import { FlotillaError } from '../domain/errors.ts';
import { loadManyRuns, type ManyRuns } from './many-runs.ts';
import { inParallel, percentiles, round } from './measure.ts';
import { createStack } from './stack.ts';

const WARM_UP = 20;
const REQUESTS = 300;
const NEWEST = 'limit=50&sort_by=started_at&order=desc';

/** What is asked for, by what it shows. */
function cases({ runs, definitions }: ManyRuns): Record<string, string> {
  const last = definitions - 1;
  const v6 = (query: string): string => `/api/v6/history?${NEWEST}&${query}`;
  const v8 = (query: string): string => `/api/v8/runs?limit=50&${query}`;
  return {
    'one run': '/api/v6/history/:run_id',
    'v6, as shipped (by group_name)': '/api/v6/history?limit=50',
    'v6, newest first': `/api/v6/history?${NEWEST}`,
    'v6, newest first, 1024 runs': '/api/v6/history?sort_by=started_at&order=desc',
    'v6, newest first, behind half of all': v6(`offset=${Math.round(runs / 2)}`),
    'v8, newest first': v8(''),
    'definition of many runs': v6('definition_id=team-0-def-0'),
    'definition of few runs': v6(`definition_id=team-${last % 20}-def-${last}`),
    'status, few': v6('status=RUNNING'),
    'status, nearly all': v6('status=STOPPED'),
    'cluster, most': v6('cluster_name=default'),
    'cluster, given up long ago': v6('cluster_name=retired'),
    'cluster and status': v6('cluster_name=gpu&status=RUNNING'),
    user: v6('user=user-17'),
    'engine, few': v6('engine=eks-spark'),
    'environment variable, few': v6('env=PARTITION%7C77'),
    'environment variable, all': v6('env=FLOTILLA_SERVER_MODE%7Cprod'),
    'part of an alias': v6('alias=job-17'),
    'part of an alias, none': v6('alias=no-such-job'),
    'part of a group name': v6('group_name=team-3'),
    'part of an image': v6('image=job-7:v4'),
    'part of a command, one run': v6('command=token%20c4ca4238'),
    'part of an exit reason': v6('exit_reason=OOMKilled'),
    'definitions, 100': '/api/v6/task?limit=100',
    'without an index: exit code': v6('exit_code=137'),
  };
}

/** Milliseconds of a list's page over HTTP, one request after the other, on so many runs. */
export async function lists(runs: number) {
  const stack = await createStack('memory');
  try {
    const loaded = await loadManyRuns(stack.databaseUrl, runs);
    await stack.start('server');
    const [one] = (await stack.database.pool.query<{ id: string }>(ANY_RUN)).rows;
    const load = round(loadavg()[0] ?? 0);
    const pages: Record<string, unknown> = {};
    for (const [name, path] of Object.entries(cases(loaded))) {
      const measured = await measure(stack.api, path.replace(':run_id', one?.id ?? ''));
      if (measured !== null) pages[name] = measured;
    }
    const sizes = await stack.database.pool.query<{ table_mb: number; indexes_mb: number }>(SIZES);
    const loadAfter = round(loadavg()[0] ?? 0);
    return { ...loaded, ...sizes.rows[0], requests: REQUESTS, loadBefore: load, loadAfter, pages };
  } finally {
    await stack.close();
  }
}

const ANY_RUN = 'SELECT run_id AS id FROM task ORDER BY run_id LIMIT 1';
const SIZES = `SELECT round(pg_table_size('task') / 1e6)::int AS table_mb,
  round(pg_indexes_size('task') / 1e6)::int AS indexes_mb`;

/** Null for a route that this server does not have. */
async function measure(api: ApiClient, path: string) {
  const ask = async (): Promise<string> => (await api.request('GET', path)).text();
  let body: { total?: number };
  try {
    body = JSON.parse(await ask()) as { total?: number };
  } catch (error) {
    if (error instanceof FlotillaError && error.code === 'not_found') return null;
    throw error;
  }
  await inParallel(WARM_UP, 1, ask);
  const took = await inParallel(REQUESTS, 1, ask);
  return { ...percentiles(took), ...(body.total === undefined ? {} : { total: body.total }) };
}
