import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Schemas } from '../../client/client.ts';
import type { NewRun } from '../../db/runs.ts';
import { startServer } from '../../server.ts';
import { createTestDatabase } from '../support/database.ts';
import { EventStream } from '../support/event-stream.ts';
import { eventually } from '../support/eventually.ts';
import { startFlotilla, type TestFlotilla } from '../support/flotilla.ts';
import { Proxy } from '../support/proxy.ts';
import { acceptRun } from '../support/rows.ts';

let flotilla: TestFlotilla;
let proxy: Proxy;
const open: EventStream[] = [];
beforeAll(async () => {
  flotilla = await startFlotilla();
  const { host } = new URL(flotilla.database.url);
  proxy = await Proxy.to(host);
});
afterEach(() => open.splice(0).forEach((stream) => stream.close()));
afterAll(async () => {
  await flotilla.stop();
  await proxy.close();
});

async function follow(query = '', resume?: string, url = flotilla.url): Promise<EventStream> {
  const stream = await EventStream.open(`${url}/api/v8/runs/stream?${query}`, resume);
  open.push(stream);
  return stream;
}

/** Of another Flotilla, so that nothing here goes on with it. */
const accept = (more: Partial<NewRun>, { database } = flotilla) =>
  acceptRun(database, { workflowId: null, ...more });

const of = (runId: string) => (one: { data: Record<string, unknown> }) =>
  one.data['run_id'] === runId;
const statuses = (stream: EventStream, runId: string) =>
  stream.events.filter(of(runId)).map(({ data }) => data['status']);

test('a run is told of from QUEUED to STOPPED, in order, and each status once', async () => {
  const stream = await follow('owner=ada');
  const run = await flotilla.run('sleep 0.3; exit 4');
  await stream.next('its end', (one) => of(run.run_id)(one) && one.data['status'] === 'STOPPED');
  const seen = statuses(stream, run.run_id);
  const order = ['QUEUED', 'PENDING', 'RUNNING', 'STOPPED'];
  expect(seen).toEqual(order.filter((status) => seen.includes(status)));
  expect(seen).toContain('RUNNING');
  const last = stream.of('run').at(-1) as Schemas['RunSummary'];
  const { data } = { data: await flotilla.api.json('GET', `/api/v8/runs/${run.run_id}`) };
  expect(data).toMatchObject(last);
  expect(last).toMatchObject({ exit_code: 4, alias: expect.any(String), cluster: 'default' });
});

test('a change is told within a second of its commit', async () => {
  const stream = await follow();
  const began = performance.now();
  const run = await flotilla.run('true');
  await stream.next('it', of(run.run_id));
  expect(performance.now() - began).toBeLessThan(1_000);
});

test('who resumes after a cut connection is told all that was missed, and nothing twice', async () => {
  const first = await follow('alias=resumed');
  const told = await accept({ alias: 'resumed' });
  await first.next('the first run', of(told));
  first.close();
  const missed = await accept({ alias: 'resumed' });
  await accept({ alias: 'another' });
  const second = await follow('alias=resumed', first.lastEventId);
  const later = await accept({ alias: 'resumed' });
  await second.next('the last run', of(later));
  expect(second.of('run').map((run) => run['run_id'])).toEqual([missed, later]);
  const other = await startServer({ config: flotilla.config, log: flotilla.log });
  try {
    // Another server knows as well, and a URL says what a header cannot.
    const query = `alias=resumed&last_event_id=${second.lastEventId}`;
    const unseen = await accept({ alias: 'resumed' });
    const third = await follow(query, undefined, other.urls[0]);
    const last = await accept({ alias: 'resumed' });
    await third.next('the last run', of(last));
    expect(third.of('run').map((run) => run['run_id'])).toEqual([unseen, last]);
  } finally {
    await other.stop();
  }
});

test('a transaction that commits long after later ones is told of, to all', async () => {
  const client = new pg.Client({ connectionString: flotilla.database.url });
  await client.connect();
  try {
    const late = await accept({ alias: 'late' });
    const stream = await follow('status=RUNNING');
    await client.query('BEGIN');
    await client.query(`UPDATE task SET status = 'RUNNING' WHERE run_id = $1`, [late]);
    const early = await accept({ alias: 'early', status: 'RUNNING' });
    await stream.next('the later transaction', of(early));
    stream.close();
    const resumed = await follow('status=RUNNING', stream.lastEventId);
    const between = await accept({ status: 'RUNNING' });
    await resumed.next('the next', of(between));
    await client.query('COMMIT');
    await resumed.next('the one that committed late', of(late));
    const again = await follow('status=RUNNING', stream.lastEventId);
    await again.next('it also after a resume', of(late));
    expect(again.events.filter(of(early))).toEqual([]);
    expect(again.events.filter(of(between))).toHaveLength(1);
  } finally {
    await client.end();
  }
});

test('without its connection for notices a server still tells, and connects again', async () => {
  const database = await createTestDatabase();
  const listenUrl = new URL(database.url);
  listenUrl.host = proxy.address;
  const config = { database_listen_url: listenUrl.href };
  const other = await startFlotilla({ database, config });
  try {
    const stream = await follow('alias=heard', undefined, other.url);
    const listeners = () =>
      database.rows<{ pid: number }>(
        `SELECT pid FROM pg_stat_activity WHERE application_name = 'flotilla-listen'
         AND datname = current_database()`,
      );
    const [listener] = await eventually('it listens', async () => {
      const rows = await listeners();
      return rows.length > 0 ? rows : null;
    });
    proxy.cut();
    await database.rows('SELECT pg_terminate_backend($1)', [listener?.pid]);
    const run = await accept({ alias: 'heard' }, other);
    await stream.next('the run, by the poll', of(run), 5_000);
    expect(await listeners()).toEqual([]);
    proxy.mend();
    await eventually('it listens again', async () => (await listeners()).length > 0);
    const began = performance.now();
    const next = await accept({ alias: 'heard' }, other);
    await database.rows('NOTIFY flotilla_runs');
    await stream.next('the next run, by a notice', of(next));
    expect(performance.now() - began).toBeLessThan(1_000);
  } finally {
    await other.stop();
  }
});

test('a run that matches no more is gone; one that never could is not told of', async () => {
  const stream = await follow('status=QUEUED&owner=grace');
  const mine = await accept({ user: 'grace' });
  const other = await accept({ user: 'ada' });
  await stream.next('mine', of(mine));
  await flotilla.database.rows(
    `UPDATE task SET status = 'STOPPED', exit_code = 1 WHERE run_id = ANY($1)`,
    [[mine, other]],
  );
  const gone = await stream.next('it is gone', (one) => one.event === 'gone');
  expect(gone.data).toEqual({ run_id: mine });
  expect(stream.events).toHaveLength(2);
});

test('a stream is narrowed by each filter as a list is', async () => {
  const definition = await flotilla.define('true', { group_name: 'narrow' });
  const { definition_id: id } = await flotilla.api.json<{ definition_id: string }>(
    'GET',
    `/api/v6/task/alias/${definition}`,
  );
  const soon = new Date(Date.now() - 60_000).toISOString();
  const fits = [
    'cluster=default',
    `alias=${definition}`,
    `alias_contains=${definition.slice(3, 9)}`,
    'owner=ada',
    `definition_id=${id}`,
    'group=narrow',
    'engine=local',
    'env=WHO%3Dx&env=FLOTILLA_RUN_ID',
    `queued_since=${soon}`,
    'status=STOPPED&exit=failed',
  ];
  const misses = [
    'cluster=other',
    `alias=${definition.slice(1)}`,
    'alias_contains=NOTHING',
    'owner=grace',
    'definition_id=x',
    'group=narro',
    'engine=eks',
    'env=WHO%3Dy',
    `queued_until=${soon}`,
    'exit=succeeded',
  ];
  const matching = await Promise.all(fits.map((query) => follow(query)));
  const missing = await Promise.all(misses.map((query) => follow(query)));
  const all = await follow();
  const run = await flotilla.execute(definition, {
    command: 'exit 3',
    env: [{ name: 'WHO', value: 'x' }],
  });
  const isOver = (one: { event: string; data: Record<string, unknown> }) =>
    of(run.run_id)(one) && one.data['status'] === 'STOPPED';
  await all.next('its end', isOver);
  for (const stream of matching) await stream.next('its end', isOver);
  for (const stream of missing)
    expect(stream.of('run').filter((one) => one['run_id'] === run.run_id)).toEqual([]);
  const list = async (query: string): Promise<string[]> => {
    const page = await flotilla.api.json<Schemas['RunPage']>('GET', `/api/v8/runs?${query}`);
    return page.runs.map((one) => one.run_id);
  };
  for (const query of fits)
    expect([query, await list(query)]).toEqual([query, expect.arrayContaining([run.run_id])]);
  for (const query of misses)
    expect([query, await list(query)]).toEqual([query, expect.not.arrayContaining([run.run_id])]);
});

test('more changes than can be told, and a position of elsewhere, are a reset', async () => {
  const stream = await follow('alias=many');
  await flotilla.database.rows(
    `INSERT INTO task (run_id, alias, status, engine, queued_at)
     SELECT 'many-' || n, 'many', 'QUEUED', 'local', now() FROM generate_series(1, 2500) n`,
  );
  await stream.next('a reset', (one) => one.event === 'reset');
  const after = await accept({ alias: 'many' });
  await stream.next('what follows', of(after));
  expect(stream.of('run')).toHaveLength(1);
  for (const position of ['99999999:99999999:', 'x', '1.3']) {
    const lost = await follow('alias=many', position);
    await lost.next('a reset', (one) => one.event === 'reset');
    expect(lost.lastEventId).toMatch(/^\d+:\d+:/);
  }
});
