import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newRunId } from '../../domain/run.ts';
import { eventually } from '../support/eventually.ts';
import { startFlotilla, type RunJson, type TestFlotilla } from '../support/flotilla.ts';

let flotilla: TestFlotilla;
beforeAll(async () => {
  flotilla = await startFlotilla();
});
afterAll(() => flotilla.stop());

const put = (alias: string, body: unknown): Promise<Response> =>
  fetch(`${flotilla.url}/api/v6/task/alias/${alias}/execute`, {
    method: 'PUT',
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
const OWNER = { run_tags: { owner_id: 'ada' } };

describe('executing', () => {
  test('answers with the run, QUEUED, as flotilla-os does', async () => {
    const alias = await flotilla.define('true');
    const run = await flotilla.execute(alias, {
      env: [{ name: 'K', value: 'v<&>' }],
      command: 'exit 0',
      labels: { team: 'data', Kube_Task: 'My Task!' },
      description: 'desc 1',
      memory: 512,
      cpu: 100,
      idempotence_key: 'answers',
    });
    expect(run).toMatchObject({
      instance: { dns_name: '', instance_id: '' },
      cloudtrail_notifications: { Records: null },
      spark_extension: {},
      alias,
      image: 'ubuntu:latest',
      cluster: 'default',
      status: 'QUEUED',
      group_name: 'test',
      user: 'ada',
      task_type: 'task',
      command: 'exit 0',
      command_hash: expect.stringMatching(/^[0-9a-f]{32}$/),
      memory: 512,
      cpu: 100,
      engine: 'local',
      node_lifecycle: 'spot',
      executable_type: 'task_definition',
      active_deadline_seconds: 172_800,
      description: 'desc 1',
      idempotence_key: 'answers',
      arch: '',
      labels: { team: 'data', Kube_Task: 'My Task!' },
      tier: '4',
      notices: ['image not used: engine local'],
    });
    expect(run.run_id).toMatch(/^local-/);
    expect(run.env).toEqual([
      { name: 'FLOTILLA_SERVER_MODE', value: 'dev' },
      { name: 'FLOTILLA_RUN_ID', value: run.run_id },
      { name: 'AWS_ROLE_SESSION_NAME', value: run.run_id },
      { name: 'FLOTILLA_RUN_OWNER_ID', value: 'ada' },
      { name: 'K', value: 'v<&>' },
    ]);
    expect(run).not.toHaveProperty('exit_code');
  });

  test('by id is the same', async () => {
    const created = await flotilla.api.json<{ definition_id: string }>('POST', '/api/v6/task', {
      alias: 'by-id',
      image: 'i',
      command: 'exit 8',
    });
    const path = `/api/v6/task/${created.definition_id}/execute`;
    const run = await flotilla.api.json<RunJson>('PUT', path, { ...OWNER, cluster: 'default' });
    expect((await flotilla.until(run.run_id, 'STOPPED')).exit_code).toBe(8);
  });

  test.each([
    [{}, 'run_tags must exist in body and contain [owner_id]'],
    [{ run_tags: { owner_email: 'a@b' } }, 'run_tags must exist in body and contain [owner_id]'],
    [
      { ...OWNER, cluster: 'nowhere' },
      'cluster: nowhere was not found in the list of valid clusters: [default]',
    ],
    [{ ...OWNER, engine: 'eks' }, 'engine: cluster default is of engine local, not eks'],
    [{ ...OWNER, node_lifecycle: 'cheap' }, 'Nodelifecyle must be [normal, spot]'],
    [{ ...OWNER, memory: 1.5 }, 'memory: expected a whole number'],
    [{ ...OWNER, active_deadline_seconds: -1 }, 'active_deadline_seconds: must not be negative'],
    [{ ...OWNER, command: 'x\0' }, 'command: must not contain a null byte'],
    ['{', 'unexpected EOF'],
  ])('%j is refused', async (body, error) => {
    const alias = await flotilla.define('true');
    const response = await put(alias, body);
    expect({ status: response.status, body: await response.json() }).toEqual({
      status: 400,
      body: { error },
    });
    const [row] = await flotilla.database.rows<{ n: number }>(
      'SELECT count(*)::int AS n FROM task WHERE alias = $1',
      [alias],
    );
    expect(row?.n).toBe(0);
  });

  test('fifty calls with one idempotence key are one run', async () => {
    const alias = await flotilla.define('sleep 0.2');
    const body = { ...OWNER, cluster: 'default', idempotence_key: 'fifty' };
    const answers = await Promise.all(Array.from({ length: 50 }, () => put(alias, body)));
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([200]));
    const runs = (await Promise.all(answers.map((answer) => answer.json()))) as RunJson[];
    expect(new Set(runs.map((run) => run.run_id)).size).toBe(1);
    await flotilla.until(runs[0]?.run_id ?? '', 'STOPPED');
    const again = (await (await put(alias, body)).json()) as RunJson;
    expect(again).toMatchObject({ run_id: runs[0]?.run_id, status: 'STOPPED' });
  });

  test('the key of a failed run may be used again; an empty key is no key', async () => {
    const alias = await flotilla.define('exit 1');
    const keyed = { idempotence_key: 'failed' };
    const first = await flotilla.execute(alias, keyed);
    await flotilla.until(first.run_id, 'STOPPED');
    const second = await flotilla.execute(alias, keyed);
    expect(second.run_id).not.toBe(first.run_id);
    const none = { idempotence_key: '' };
    const [one, two] = [await flotilla.execute(alias, none), await flotilla.execute(alias, none)];
    expect(one.run_id).not.toBe(two.run_id);
  });
});

test(
  'two hundred runs at once end with two hundred right codes',
  { timeout: 200_000 },
  async () => {
    const alias = await flotilla.define('exit $CODE');
    const codes = Array.from({ length: 200 }, (_, i) => i % 100);
    const runs = await Promise.all(
      codes.map((code) =>
        flotilla.execute(alias, { env: [{ name: 'CODE', value: String(code) }] }),
      ),
    );
    const listed = await eventually(
      'all are over',
      async () => {
        const path = `/api/v6/history?alias=${alias}&status=STOPPED`;
        const { history } = await flotilla.api.json<{ history: RunJson[] }>('GET', path);
        return history.length === runs.length && history;
      },
      150_000,
    );
    const byId = new Map(listed.map((run) => [run.run_id, run]));
    const over = runs.map((run) => byId.get(run.run_id) ?? run);
    expect(over.map((run) => run.exit_code)).toEqual(codes);
    expect(new Set(over.map((run) => run.attempt_count))).toEqual(new Set([1]));
  },
);

describe('reading', () => {
  test('a run by its three paths, and none under another id', async () => {
    const run = await flotilla.run('true');
    await flotilla.until(run.run_id, 'STOPPED');
    const paths = ['history', 'task/history', `task/${run.definition_id}/history`];
    const answers = await Promise.all(
      paths.map((path) => flotilla.api.json<RunJson>('GET', `/api/v6/${path}/${run.run_id}`)),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    await expect(flotilla.get('nope')).rejects.toThrow('Run with id nope not found');
  });

  test('the status has an entity tag that says it', async () => {
    const run = await flotilla.run('exit 3');
    await flotilla.until(run.run_id, 'STOPPED');
    const url = `${flotilla.url}/api/v6/${run.run_id}/status`;
    const answer = await fetch(url);
    expect(answer.headers.get('etag')).toBe('"STOPPED-3"');
    expect(answer.headers.get('cache-control')).toBe('max-age=5');
    expect(await answer.json()).toMatchObject({
      run_id: run.run_id,
      status: 'STOPPED',
      exit_code: 3,
      engine: 'local',
      cluster_name: 'default',
    });
    const same = await fetch(url, { headers: { 'if-none-match': '"STOPPED-3"' } });
    expect(same.status).toBe(304);
    const other = await fetch(url, { headers: { 'if-none-match': '"a", "STOPPED-3"' } });
    expect(other.status).toBe(200);
  });

  test('the events say that the image is not used', async () => {
    const run = await flotilla.run('true');
    const events = await flotilla.api.json<{
      total: number;
      pod_events: { reason: string; message: string }[];
    }>('GET', `/api/v6/${run.run_id}/events`);
    expect(events.total).toBe(events.pod_events.length);
    expect(events.pod_events).toContainEqual(
      expect.objectContaining({ reason: 'ImageNotUsed', message: 'image not used: engine local' }),
    );
  });

  test('history is filtered, sorted and paged, in the envelope of flotilla-os', async () => {
    const alias = await flotilla.define('exit 5');
    const env = (value: string) => ({ env: [{ name: 'WHICH', value }] });
    const runs: RunJson[] = [];
    for (const value of ['a', 'b']) {
      const run = await flotilla.execute(alias, env(value));
      runs.push(await flotilla.until(run.run_id, 'STOPPED'));
    }
    const list = (query: string) =>
      flotilla.api.json<{ total: number; history: RunJson[] }>(
        'GET',
        `/api/v6/history?alias=${alias}&${query}`,
      );
    const page = await list('status=STOPPED&exit_code=5&sort_by=started_at&order=desc&limit=1');
    expect(page).toMatchObject({
      total: 2,
      limit: 1,
      offset: 0,
      sort_by: 'started_at',
      order: 'desc',
      env_filters: {},
      alias: [alias],
      status: ['STOPPED'],
      exit_code: ['5'],
    });
    expect(page.history.map((run) => run.run_id)).toEqual([runs[1]?.run_id]);
    expect((await list('env=WHICH%7Ca')).history.map((run) => run.run_id)).toEqual([
      runs[0]?.run_id,
    ]);
    expect((await list('status=RUNNING&status=PENDING')).total).toBe(0);
    expect((await list('status=STOPPED&status=PENDING')).total).toBe(2);
    const since = encodeURIComponent(runs[1]?.queued_at ?? '');
    expect((await list(`queued_at_since=${since}`)).total).toBe(0);
    expect((await list(`queued_at_until=${since}`)).total).toBe(1);
    expect((await list('exit_code=4')).history).toEqual([]);
    const byDefinition = await flotilla.api.json<{ total: number }>(
      'GET',
      `/api/v6/task/${runs[0]?.definition_id}/history`,
    );
    expect(byDefinition.total).toBe(2);
  });

  test.each([
    ['status=NOPE', 'invalid status [NOPE]'],
    [
      'sort_by=command',
      'Invalid field to order by [command], must be one of [run_id, cluster_name, status, started_at, finished_at, group_name]',
    ],
    ['queued_at_since=yesterday', 'queued_at_since: yesterday is not a time (RFC 3339)'],
    ['pod_events=x', 'pod_events: unknown filter'],
    [`run_id=a%00b`, 'run_id: must not contain a null byte'],
  ])('history?%s is a mistake that is named', async (query, error) => {
    const answer = await fetch(`${flotilla.url}/api/v6/history?${query}`);
    expect({ status: answer.status, body: await answer.json() }).toEqual({
      status: 400,
      body: { error },
    });
  });
});

test('stopping what there is not is 404', async () => {
  const answer = await fetch(`${flotilla.url}/api/v6/task/x/history/${newRunId('local')}`, {
    method: 'DELETE',
  });
  expect(answer.status).toBe(404);
});

test('transitions resume after a position', async () => {
  const run = await flotilla.run('true');
  await flotilla.until(run.run_id, 'STOPPED');
  const all = await flotilla.transitions(run.run_id);
  const [, second] = all;
  const path = `/api/v8/runs/${run.run_id}/transitions?after=${second?.position}`;
  const rest = await flotilla.api.json<{ transitions: unknown[] }>('GET', path);
  expect(rest.transitions).toEqual(all.slice(2));
  const wrong = await fetch(`${flotilla.url}/api/v8/runs/${run.run_id}/transitions?after=x`);
  expect(wrong.headers.get('content-type')).toContain('application/problem+json');
  expect(await wrong.json()).toMatchObject({ status: 400, errors: [{ field: 'after' }] });
});
