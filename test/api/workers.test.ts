import { afterAll, beforeAll, expect, test } from 'vitest';
import { startServer } from '../../server.ts';
import { ApiClient } from '../../cli/client.ts';
import { startFlotilla, type TestFlotilla } from '../support/flotilla.ts';
import { OldFlotilla } from '../support/old-flotilla.ts';

let flotilla: TestFlotilla;
beforeAll(async () => {
  flotilla = await startFlotilla({ worker: false });
});
afterAll(() => flotilla.stop());

const worker = (type: string, count: number): object => ({
  worker_type: type,
  count_per_instance: count,
  engine: 'eks',
});
const call = (method: string, path: string, body?: unknown, api = flotilla.api): Promise<object> =>
  api.json<object>(method, `/api/v5/worker${path}`, body);

const BOGUS =
  'Worker type: [bogus] is not a valid worker type; valid types: [retry, submit, status]';

test('each type is there once, with a count of one, before anybody has set any', async () => {
  expect(await call('GET', '')).toEqual({
    total: 3,
    workers: [worker('retry', 1), worker('submit', 1), worker('status', 1)],
  });
  expect(await call('GET', '/status')).toEqual(worker('status', 1));
});

test('one is set by itself, whatever else the body names', async () => {
  const set = { worker_type: 'submit', engine: 'zzz', count_per_instance: 4 };
  expect(await call('PUT', '/retry', set)).toEqual(worker('retry', 4));
  expect(await call('GET', '/retry?engine=eks-spark')).toEqual(worker('retry', 4));
  expect(await call('GET', '/submit')).toEqual(worker('submit', 1));
});

test('a count that is left out is none, and a negative one changes nothing', async () => {
  expect(await call('PUT', '/status', {})).toEqual(worker('status', 0));
  expect(await call('PUT', '/status', { count_per_instance: -1 })).toEqual(worker('status', 0));
  await call('PUT', '/status', { count_per_instance: 1 });
});

test('several are set in a list, which answers with all; of a list with a mistake none is', async () => {
  const answer = await call('PUT', '', [
    { worker_type: 'retry', count_per_instance: 5 },
    { worker_type: 'submit', count_per_instance: 6 },
  ]);
  const all = { total: 3, workers: [worker('retry', 5), worker('submit', 6), worker('status', 1)] };
  expect(answer).toEqual(all);
  const wrong = [
    { worker_type: 'retry', count_per_instance: 7 },
    { worker_type: 'bogus', count_per_instance: 1 },
  ];
  await expect(call('PUT', '', wrong)).rejects.toThrow(BOGUS);
  expect(await call('GET', '')).toEqual(all);
  expect(await call('PUT', '', [])).toEqual(all);
});

test('a type that there is not is a mistake that names those that there are', async () => {
  await expect(call('GET', '/bogus')).rejects.toThrow(BOGUS);
  await expect(call('PUT', '/bogus', { count_per_instance: 1 })).rejects.toThrow(BOGUS);
});

test('counts are those of flotilla-os on the same database, and outlive a server', async () => {
  await call('PUT', '/submit', { count_per_instance: 9 });
  const { config, log } = flotilla;
  const other = await startServer({ config, log });
  try {
    const api = new ApiClient(other.urls[0] ?? '');
    expect(await call('GET', '/submit', undefined, api)).toEqual(worker('submit', 9));
  } finally {
    await other.stop();
  }
  const old = new OldFlotilla(flotilla.database.url);
  try {
    expect(await old.workers()).toContainEqual(worker('submit', 9));
    await old.seedWorkers();
    await call('PUT', '/submit', { count_per_instance: 0 });
    const submit = (await old.workers()).filter(
      (one) => (one as { worker_type: string }).worker_type === 'submit',
    );
    expect(submit).toEqual([worker('submit', 0), worker('submit', 0)]);
  } finally {
    await old.close();
  }
});
