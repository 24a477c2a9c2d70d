import { afterAll, beforeAll, expect, test } from 'vitest';
import { rerunRun } from '../../services/rerun.ts';
import { actingOn } from '../../use-cases.ts';
import { RunWorkflows } from '../../temporal/run-workflows.ts';
import { eventually } from '../support/eventually.ts';
import { startFlotilla, type TestFlotilla } from '../support/flotilla.ts';

interface Bulk {
  bulk_id: string;
  action: string;
  state: string;
  by: string | null;
  matching: number;
  done: number;
  skipped: number;
  failed: number;
  failures: { run_id: string; detail: string }[];
}
interface RunList {
  runs: { run_id: string; status: string; exit_code: number | null }[];
  total: { value: number };
}

const BULK = '/api/v8/bulk-actions';
const ids = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

let flotilla: TestFlotilla;
beforeAll(async () => {
  flotilla = await startFlotilla({ slotLimit: 4 });
});
afterAll(() => flotilla.stop());

async function over(bulk: Bulk): Promise<Bulk> {
  const look = (): Promise<Bulk> => flotilla.api.json('GET', `${BULK}/${bulk.bulk_id}`);
  await eventually('it is over', async () => (await look()).state !== 'running', 60_000);
  return look();
}

const runsOf = (query: string): Promise<RunList> =>
  flotilla.api.json('GET', `/api/v8/runs?limit=1000&${query}`);

test('a preview tells how many and which, and changes nothing', async () => {
  const alias = await flotilla.define('exit 3');
  const run = await flotilla.execute(alias);
  await flotilla.until(run.run_id, 'STOPPED');
  const body = { action: 'rerun', filter: { alias } };
  const preview = await flotilla.api.json('POST', `${BULK}/preview`, body);
  expect(preview).toMatchObject({ runs: 1, exact: true, sample: [{ run_id: run.run_id }] });
  expect((await runsOf(`alias=${alias}`)).total.value).toBe(1);
});

test('all that match are stopped, more than a page of them, and nothing else', async () => {
  const [many, other] = [await flotilla.define('sleep 60'), await flotilla.define('sleep 60')];
  const bystander = await flotilla.execute(other);
  await Promise.all(ids(130).map(() => flotilla.execute(many)));
  const body = { action: 'stop', filter: { alias: many } };
  const bulk = await over(await flotilla.api.json<Bulk>('POST', BULK, body));
  expect(bulk).toMatchObject({ action: 'stop', state: 'done', matching: 130, failed: 0 });
  expect(bulk.done + bulk.skipped).toBe(130);
  await eventually('they are over', async () => {
    return (await runsOf(`alias=${many}&status=STOPPED`)).total.value === 130;
  });
  expect((await flotilla.get(bystander.run_id)).status).not.toBe('STOPPED');
  await flotilla.api.json('POST', `/api/v8/runs/${bystander.run_id}/stop`);
});

test('those that failed are launched again, with what they were launched with', async () => {
  const alias = await flotilla.define('exit $CODE');
  const env = (code: number) => ({ env: [{ name: 'CODE', value: String(code) }] });
  const runs = await Promise.all([0, 7, 8].map((code) => flotilla.execute(alias, env(code))));
  await Promise.all(runs.map((run) => flotilla.until(run.run_id, 'STOPPED')));
  const body = { action: 'rerun', filter: { alias, exit: 'failed' } };
  const bulk = await over(await flotilla.api.json<Bulk>('POST', BULK, body));
  expect(bulk).toMatchObject({ state: 'done', done: 2, skipped: 0, failed: 0, failures: [] });
  const found = await eventually('they are over', async () => {
    const { runs: listed } = await runsOf(`alias=${alias}&status=STOPPED`);
    return listed.length === 5 && listed;
  });
  const codes = found.map((run) => run.exit_code ?? -1).toSorted((one, other) => one - other);
  expect(codes).toEqual([0, 7, 7, 8, 8]);
});

test('a step that is repeated launches nothing twice, not even after the end of what it launched', async () => {
  const alias = await flotilla.define('true');
  const run = await flotilla.execute(alias, { env: [{ name: 'A', value: 'b' }] });
  await flotilla.until(run.run_id, 'STOPPED');
  const runs = new RunWorkflows(() => flotilla.temporal, flotilla.config.temporal_task_queue);
  const acting = actingOn(flotilla.config, flotilla.database.db, runs, () => undefined);
  const caller = { name: 'ada', via: 'api' } as const;
  const first = await rerunRun(acting, caller, run.run_id, 'bulk-1');
  await flotilla.until(first.runId, 'STOPPED');
  const again = await rerunRun(acting, caller, run.run_id, 'bulk-1');
  expect(again.runId).toBe(first.runId);
  const other = await rerunRun(acting, caller, run.run_id, 'bulk-2');
  expect(other.runId).not.toBe(first.runId);
  expect(other.env?.filter(({ name }) => name === 'A')).toEqual([{ name: 'A', value: 'b' }]);
  const names = other.env?.map(({ name }) => name) ?? [];
  expect(new Set(names).size).toBe(names.length);
});

test('one run is launched again by a route of its own', async () => {
  const run = await flotilla.run('exit 5', { memory: 64 });
  await flotilla.until(run.run_id, 'STOPPED');
  const again = await flotilla.api.json<{ run_id: string; command: string }>(
    'POST',
    `/api/v8/runs/${run.run_id}/rerun`,
  );
  expect(again.command).toBe('exit 5');
  expect(await flotilla.until(again.run_id, 'STOPPED')).toMatchObject({ exit_code: 5 });
});

test('what is aborted ends after the runs at work', async () => {
  const alias = await flotilla.define('true');
  await flotilla.database.rows(
    `INSERT INTO task (run_id, definition_id, alias, status, queued_at, finished_at, exit_code, engine, cluster_name, "user")
     SELECT 'local-' || gen_random_uuid(), d.definition_id, d.alias, 'STOPPED', now() - make_interval(secs => n), now(), 0, 'local', 'default', 'ada'
     FROM task_def d, generate_series(1, 2000) n WHERE d.alias = $1`,
    [alias],
  );
  const body = { action: 'rerun', filter: { alias } };
  const bulk = await flotilla.api.json<Bulk>('POST', BULK, body);
  await flotilla.api.json('POST', `${BULK}/${bulk.bulk_id}/abort`);
  const end = await over(bulk);
  expect(end.state).toBe('aborted');
  expect(end.done).toBeLessThan(2_000);
  await over(await flotilla.api.json<Bulk>('POST', BULK, { action: 'stop', filter: { alias } }));
});

test.each([
  [{ action: 'stop', filter: { status: ['STOPPED'] } }, 'filter.status.0'],
  [{ action: 'rerun', filter: { status: ['QUEUED'] } }, 'filter.status.0'],
  [{ action: 'stop', filter: { status: [] } }, 'filter.status'],
  [{ action: 'stop', filter: { status: 'QUEUED' } }, 'filter.status'],
  [{ action: 'drop', filter: {} }, 'action'],
  [{ action: 'stop', filter: { colour: 'red' } }, 'filter.colour'],
  [{ action: 'stop' }, 'filter'],
])('%j is refused by the name of its field', async (body, field) => {
  const answer = await fetch(`${flotilla.url}${BULK}`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  });
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ errors: [{ field }] });
});

test('an action that is not known is 404', async () => {
  const answer = await fetch(`${flotilla.url}${BULK}/nothing`);
  expect(answer.status).toBe(404);
});
