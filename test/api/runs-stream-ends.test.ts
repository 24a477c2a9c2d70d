import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { NewRun } from '../../db/runs.ts';
import { EventStream } from '../support/event-stream.ts';
import { eventually } from '../support/eventually.ts';
import { startFlotilla, type TestFlotilla } from '../support/flotilla.ts';
import { acceptRun } from '../support/rows.ts';

let flotilla: TestFlotilla;
const open: EventStream[] = [];
beforeAll(async () => {
  flotilla = await startFlotilla({ worker: false });
});
afterEach(() => open.splice(0).forEach((stream) => stream.close()));
afterAll(() => flotilla.stop());

async function follow(query = '', url = flotilla.url): Promise<EventStream> {
  const stream = await EventStream.open(`${url}/api/v8/runs/stream?${query}`);
  open.push(stream);
  return stream;
}

const accept = (more: Partial<NewRun>) => acceptRun(flotilla.database, more);

const of = (runId: string) => (one: { data: Record<string, unknown> }) =>
  one.data['run_id'] === runId;

test('a reader that takes nothing is cut off; the others go on', async () => {
  const quick = await follow('alias=big');
  const { hostname, port } = new URL(flotilla.url);
  const slow = connect({ host: hostname, port: Number(port) });
  let closed = false;
  slow.on('close', () => (closed = true)).on('error', () => undefined);
  slow.write(`GET /api/v8/runs/stream?alias=big HTTP/1.1\r\nhost: ${hostname}\r\n\r\n`);
  slow.pause();
  await flotilla.database.rows(
    `INSERT INTO task (run_id, alias, status, engine, queued_at)
     SELECT 'big-' || n, 'big', 'QUEUED', 'local', now() FROM generate_series(1, 3000) n`,
  );
  await quick.next('the reset', (one) => one.event === 'reset');
  for (const round of ['1', '2', '3', '4', '5']) {
    for (const [from, to] of [
      [1, 900],
      [901, 1800],
      [1801, 2700],
    ]) {
      const all = quick.events.length + 900;
      await flotilla.database.rows(
        `UPDATE task SET exit_reason = repeat($1, 2000) WHERE alias = 'big'
         AND substr(run_id, 5)::int BETWEEN $2 AND $3`,
        [round, from, to],
      );
      await flotilla.database.rows('NOTIFY flotilla_runs');
      await eventually('the quick reader has them', () => quick.events.length >= all);
    }
  }
  slow.resume();
  await eventually('its connection has ended', () => closed, 5_000);
  expect(quick.ended).toBe(null);
  const next = await accept({ alias: 'big' });
  await quick.next('what follows', of(next));
  slow.destroy();
});

test(
  'a quiet stream shows a sign of life within 15 s, which moves its position',
  { timeout: 40_000 },
  async () => {
    const stream = await follow('alias=quiet');
    const before = stream.lastEventId;
    await accept({ alias: 'noise' });
    const began = performance.now();
    const count = stream.comments.length;
    await eventually('a beat', () => stream.comments.length > count, 20_000);
    expect(performance.now() - began).toBeLessThan(17_000);
    expect(stream.comments.at(-1)).toBe('beat');
    expect(stream.lastEventId).not.toBe(before);
    expect(stream.events).toEqual([]);
  },
);

test('the stream of a run ends with the run, and every stream with the server', async () => {
  const other = await startFlotilla();
  const run = await other.run('sleep 60');
  const all = await follow('', other.url);
  const one = await EventStream.open(`${other.url}/api/v8/runs/${run.run_id}/stream`);
  await other.api.json('POST', `/api/v8/runs/${run.run_id}/stop`);
  await other.until(run.run_id, 'STOPPED');
  await eventually('the run’s stream has ended', () => one.ended);
  expect(all.ended).toBe(null);
  const began = performance.now();
  await other.stop();
  expect(performance.now() - began).toBeLessThan(8_000);
  await eventually('the other has ended too', () => all.ended);
});

test('readers that have gone leave no connection behind', async () => {
  const listeners = () =>
    flotilla.database.rows(
      `SELECT pid FROM pg_stat_activity WHERE application_name = 'flotilla-listen'
       AND datname = current_database()`,
    );
  const streams = await Promise.all([follow(), follow('owner=ada')]);
  await eventually('there is one for all', async () => (await listeners()).length === 1);
  expect((await fetch(`${flotilla.url}/api/v8/runs/stream`, { method: 'HEAD' })).status).toBe(200);
  streams.forEach((stream) => stream.close());
  await eventually('there is none', async () => (await listeners()).length === 0);
});
