import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { recordPodEvents } from '../../db/cluster-facts.ts';
import { EventStream } from '../support/event-stream.ts';
import { eventually } from '../support/eventually.ts';
import { startFlotilla, type TestFlotilla } from '../support/flotilla.ts';

let flotilla: TestFlotilla;
beforeAll(async () => {
  flotilla = await startFlotilla();
});
afterAll(() => flotilla.stop());

const follow = (runId: string, resume?: string) =>
  EventStream.open(`${flotilla.url}/api/v8/runs/${runId}/stream`, resume);

/** A job that waits for a file between two of its lines. */
async function waiting(name: string) {
  const go = join(flotilla.dir, name);
  const run = await flotilla.run(
    `set +x; echo first; until [ -e ${go} ]; do sleep 0.05; done; echo second; exit 3`,
  );
  return { runId: run.run_id, go: () => writeFileSync(go, '') };
}

test('a run is told of from its beginning to its end: steps, attempts, log, events', async () => {
  const { runId, go } = await waiting('whole');
  const stream = await follow(runId);
  await stream.next('it runs', ({ data }) => data['status'] === 'RUNNING');
  await stream.next(
    'its log grows',
    ({ event, data }) => event === 'log' && Number(data['size']) > 0,
  );
  await recordPodEvents(flotilla.database.db, [
    {
      ...{ ref: { runId, attempt: 1 }, uid: 'u', count: 1, at: new Date(), type: 'Normal' },
      ...{ reason: 'Pulled', source: 'kubelet', message: 'image there' },
    },
  ]);
  await stream.next('the event', ({ event }) => event === 'event');
  go();
  await eventually('the server ends the stream', () => stream.ended);
  expect(stream.ended).toBe('by the server');
  expect(stream.events.at(-1)?.event).toBe('end');
  const told = stream.of('transition');
  expect(told).toEqual(await flotilla.transitions(runId));
  const ids = stream.events.filter(({ event }) => event === 'transition').map(({ id }) => id);
  expect(ids).toEqual(told.map((one) => one['position']));
  const path = `/api/v8/runs/${runId}`;
  const runs = stream.of('run');
  expect(runs.at(-1)).toEqual(await flotilla.api.json('GET', path));
  expect(new Set(runs.map((run) => JSON.stringify(run))).size).toBe(runs.length);
  const { attempts } = await flotilla.api.json<{ attempts: unknown[] }>('GET', `${path}/attempts`);
  expect(stream.of('attempt').at(-1)).toEqual(attempts[0]);
  const { events } = await flotilla.api.json<{ events: unknown[] }>('GET', `${path}/events`);
  expect(stream.of('event')).toEqual(expect.arrayContaining(events));
  const log = await flotilla.logOf(runId);
  const sizes = stream.of('log').map(({ size }) => Number(size));
  expect(sizes).toEqual(sizes.toSorted((a, b) => a - b));
  expect(stream.of('log').at(-1)).toEqual({
    ...{ attempt: 1, size: Buffer.byteLength(log), complete: true },
    lines: log.split('\n').length - 1,
  });
  expect(stream.of('log').filter(({ complete }) => complete)).toHaveLength(1);
});

test('resumed, it tells the steps that are new, and where all else stands', async () => {
  const { runId, go } = await waiting('resumed');
  const first = await follow(runId);
  await first.next(
    'it runs',
    ({ event, data }) => event === 'transition' && data['status'] === 'RUNNING',
  );
  first.close();
  go();
  await flotilla.until(runId, 'STOPPED');
  const second = await follow(runId, first.lastEventId);
  await eventually('it ends', () => second.ended);
  expect(second.of('transition').map((one) => one['status'])).toEqual(['STOPPED']);
  const both = [...first.of('transition'), ...second.of('transition')];
  expect(both).toEqual(await flotilla.transitions(runId));
  expect(second.of('run')).toMatchObject([{ status: 'STOPPED', exit_code: 3 }]);
  expect(second.of('attempt')).toMatchObject([{ state: 'ended', exit_code: 3 }]);
  expect(second.of('log')).toMatchObject([{ attempt: 1, complete: true }]);
});

test('the stream of a run that is over tells all of it and ends; an unknown run has none', async () => {
  const run = await flotilla.run('true');
  await flotilla.until(run.run_id, 'STOPPED');
  const stream = await follow(run.run_id);
  await eventually('it ends', () => stream.ended);
  expect(stream.of('transition')).toEqual(await flotilla.transitions(run.run_id));
  expect(stream.events.at(-1)?.event).toBe('end');
  const answer = await fetch(`${flotilla.url}/api/v8/runs/nope/stream`);
  expect(answer.status).toBe(404);
  expect(await answer.json()).toMatchObject({ code: 'not_found' });
});

test('a run that is retried shows the log of each attempt', async () => {
  const run = await flotilla.run('echo "attempt $FLOTILLA_RUN_ATTEMPT"; exit 75', {
    retry_policy: { max_attempts: 2, exit_codes: [75] },
  });
  const stream = await follow(run.run_id);
  await eventually('it ends', () => stream.ended);
  const transitions = await flotilla.transitions(run.run_id);
  expect(stream.of('transition')).toEqual(transitions);
  const attempts = new Set(transitions.map(({ attempt }) => attempt).filter((n) => n > 0));
  const whole = stream.of('log').filter(({ complete }) => complete);
  expect(whole.map(({ attempt }) => attempt)).toEqual([...attempts]);
});

test('both streams need the scope read where tokens are needed', async () => {
  const other = await startFlotilla({ config: { auth: 'token' }, worker: false });
  try {
    for (const path of ['stream', 'x/stream']) {
      const answer = await fetch(`${other.url}/api/v8/runs/${path}`);
      expect(answer.status).toBe(401);
    }
  } finally {
    await other.stop();
  }
});
