import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { startFlotilla, type TestFlotilla } from '../support/flotilla.ts';

let flotilla: TestFlotilla;
beforeAll(async () => {
  flotilla = await startFlotilla();
});
afterAll(() => flotilla.stop());

interface Page {
  log: string;
  last_seen: string;
}
const page = (runId: string, lastSeen: string): Promise<Page> =>
  flotilla.api.json('GET', `/api/v6/${runId}/logs?last_seen=${lastSeen}`);

test('the log of the README’s example ends as its output did', async () => {
  const run = await flotilla.run('echo "hello ${USERNAME}"', {
    env: [{ name: 'USERNAME', value: 'yourusername' }],
  });
  await flotilla.until(run.run_id, 'STOPPED');
  const { log } = await page(run.run_id, '');
  expect(log).toBe(
    "[flotilla] image not used: engine local\n+ echo 'hello yourusername'\nhello yourusername\n",
  );
});

test('paging while the log grows, and over its move into the store, loses and repeats nothing', async () => {
  const run = await flotilla.run(
    'set +x\nfor i in $(seq 1 400); do echo "line $i"; sleep 0.005; done; printf end',
  );
  let seen = '';
  let last = '';
  await eventually('the log is read to its end', async () => {
    const next = await page(run.run_id, last);
    seen += next.log;
    const still = next.last_seen === last && next.log === '';
    last = next.last_seen;
    return (
      still &&
      (await flotilla.get(run.run_id)).status === 'STOPPED' &&
      (await page(run.run_id, last)).log === ''
    );
  });
  const lines = seen.split('\n').filter((line) => line.startsWith('line '));
  expect(lines).toEqual(Array.from({ length: 400 }, (_, i) => `line ${i + 1}`));
  expect(seen.endsWith('end')).toBe(true);
  expect(await flotilla.logOf(run.run_id)).toBe(seen);
});

test('before there is a log both answers are empty; an unknown run is 404', async () => {
  await flotilla.database.rows('UPDATE cluster_state SET slot_limit = 0');
  const run = await flotilla.run('true');
  expect(await page(run.run_id, '')).toEqual({ log: '', last_seen: '' });
  expect(await flotilla.logOf(run.run_id)).toBe('');
  await flotilla.database.rows('UPDATE cluster_state SET slot_limit = NULL');
  await flotilla.until(run.run_id, 'STOPPED');
  for (const raw of ['', '?raw_text=true']) {
    expect((await fetch(`${flotilla.url}/api/v6/nope/logs${raw}`)).status).toBe(404);
  }
});

test('following yields bytes as they come and ends with the run', async () => {
  const go = join(flotilla.dir, 'go');
  const run = await flotilla.run(
    `set +x; echo first; until [ -e ${go} ]; do sleep 0.05; done; echo second`,
  );
  await flotilla.until(run.run_id, 'RUNNING');
  const response = await fetch(`${flotilla.url}/api/v8/runs/${run.run_id}/log?follow=true`);
  let seen = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    seen += decoder.decode(chunk, { stream: true });
    if (seen.includes('first\n')) writeFileSync(go, '');
  }
  expect(seen.split('\n').slice(-3)).toEqual(['first', 'second', '']);
  expect((await flotilla.until(run.run_id, 'STOPPED')).exit_code).toBe(0);
});

test('binary output is whole in raw form, from any offset, and marked where it is text', async () => {
  const run = await flotilla.run(`set +x; printf '\\000\\001\\377\\376ab\\n'`);
  await flotilla.until(run.run_id, 'STOPPED');
  const raw = await fetch(`${flotilla.url}/api/v6/${run.run_id}/logs?raw_text=True`);
  const bytes = Buffer.from(await raw.arrayBuffer());
  expect(bytes.subarray(-7)).toEqual(Buffer.from([0, 1, 0xff, 0xfe, 0x61, 0x62, 0x0a]));
  const tail = await fetch(
    `${flotilla.url}/api/v8/runs/${run.run_id}/log?offset=${bytes.length - 3}`,
  );
  expect(await tail.text()).toBe('ab\n');
  expect(tail.headers.get('x-log-size')).toBe(String(bytes.length));
  expect(tail.headers.get('x-log-complete')).toBe('true');
  expect((await page(run.run_id, '')).log).toContain('\u0000\u0001\ufffd\ufffdab\n');
});

test('lines are read by number and found by content', async () => {
  const run = await flotilla.run('set +x; seq -f "row %g" 1 5000');
  await flotilla.until(run.run_id, 'STOPPED');
  const header = 2;
  const lines = await flotilla.api.json<{
    lines: { line: number; text: string }[];
    total: number;
    complete: boolean;
  }>('GET', `/api/v8/runs/${run.run_id}/log/lines?from=${4000 + header}&count=2`);
  expect(lines.lines.map((line) => line.text)).toEqual(['row 4000', 'row 4001']);
  expect(lines).toMatchObject({ total: 5000 + header, complete: true });
  const found = await fetch(
    `${flotilla.url}/api/v8/runs/${run.run_id}/log/search?q=row%20499&limit=5`,
  );
  const rows = (await found.text())
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { text?: string });
  expect(rows.map((row) => row.text)).toEqual([
    'row 499',
    'row 4990',
    'row 4991',
    'row 4992',
    'row 4993',
    undefined,
  ]);
  expect(rows.at(-1)).toMatchObject({ done: true, matches: 5, cut: 'limit' });
});

test.each([
  ['log?offset=-1', 'offset'],
  ['log?offset=x', 'offset'],
  ['log/lines?from=0', 'from'],
  ['log/lines?count=100000', 'count'],
  ['log/search', 'q'],
  ['log?nonsense=1', 'nonsense'],
])('%s names the parameter at fault', async (path, field) => {
  const run = await flotilla.run('true');
  const answer = await fetch(`${flotilla.url}/api/v8/runs/${run.run_id}/${path}`);
  expect(await answer.json()).toMatchObject({ status: 400, errors: [{ field }] });
});

test('the log of a run with two attempts has both, and each can be read alone', async () => {
  const run = await flotilla.run(
    'set +x; echo "attempt $FLOTILLA_RUN_ATTEMPT"; [ $FLOTILLA_RUN_ATTEMPT = 2 ] || sleep 60',
  );
  await eventually('the first attempt writes', async () =>
    (await flotilla.logOf(run.run_id)).includes('attempt 1'),
  );
  await flotilla.api.json('PUT', `/api/v6/${run.run_id}/status`, { status: 'NEEDS_RETRY' });
  await flotilla.until(run.run_id, 'STOPPED');
  const whole = await flotilla.logOf(run.run_id);
  expect(whole.match(/attempt \d/g)).toEqual(['attempt 1', 'attempt 2']);
  let paged = '';
  let last = '';
  for (
    let next = await page(run.run_id, '');
    next.log !== '';
    next = await page(run.run_id, last)
  ) {
    paged += next.log;
    last = next.last_seen;
  }
  expect(paged).toBe(whole);
  const one = await fetch(`${flotilla.url}/api/v8/runs/${run.run_id}/log?attempt=1`);
  expect(await one.text()).toContain('attempt 1\n');
  expect((await fetch(`${flotilla.url}/api/v8/runs/${run.run_id}/log?attempt=3`)).status).toBe(404);
});

test('lines say when they were written, while the log grows and when it is stored', async () => {
  interface Lines {
    timed: boolean;
    lines: { text: string; written_at: string | null }[];
  }
  const go = join(flotilla.dir, 'go-on');
  const run = await flotilla.run(
    `set +x; echo first; sleep 2.5; echo second; until [ -e ${go} ]; do sleep 0.05; done; echo third`,
  );
  const read = () => flotilla.api.json<Lines>('GET', `/api/v8/runs/${run.run_id}/log/lines`);
  const timesOf = ({ lines }: Lines): number[] =>
    lines.slice(-3).map(({ written_at: at }) => Date.parse(at ?? ''));
  await eventually('two are there', async () => (await read()).lines.at(-1)?.text === 'second');
  const growing = await read();
  const [first = 0, second = 0] = timesOf(growing).slice(-2);
  expect(growing.timed).toBe(true);
  expect(second - first).toBeGreaterThan(1_500);
  expect(Date.now() - second).toBeLessThan(5_000);
  writeFileSync(go, '');
  await flotilla.until(run.run_id, 'STOPPED');
  await eventually('the engine has nothing of it any more', async () => {
    const [one] = await flotilla.database.rows<{ released: boolean }>(
      'SELECT released_at IS NOT NULL AS released FROM launch_attempt WHERE run_id = $1',
      [run.run_id],
    );
    return one?.released === true;
  });
  const [storedFirst, storedSecond = 0, third] = timesOf(await read());
  expect(storedFirst).toBe(first);
  // What is written between two looks has one time.
  expect(storedSecond - second).toBeGreaterThanOrEqual(0);
  expect(storedSecond - second).toBeLessThan(1_500);
  expect(third).toBeGreaterThanOrEqual(storedSecond);
});

test('a gigabyte of log is neither held in memory nor in others’ way', async () => {
  const bytes = 1_000_000_000;
  const run = await flotilla.run(
    `set +x; yes "$(printf 'x%.0s' {1..199})" | head -c ${bytes - 1}; echo; echo needle-at-the-end`,
  );
  await flotilla.until(run.run_id, 'STOPPED');
  const before = process.memoryUsage().rss;
  let slowest = 0;
  let asking = true;
  const others = (async () => {
    while (asking) {
      const began = performance.now();
      await flotilla.get(run.run_id);
      slowest = Math.max(slowest, performance.now() - began);
    }
  })();
  const response = await fetch(`${flotilla.url}/api/v6/${run.run_id}/logs?raw_text=true`);
  let read = 0;
  for await (const chunk of response.body ?? []) read += (chunk as Uint8Array).length;
  expect(read).toBeGreaterThan(bytes);
  const search = await fetch(
    `${flotilla.url}/api/v8/runs/${run.run_id}/log/search?q=needle-at-the-end`,
  );
  expect((await search.text()).split('\n')[0]).toContain('needle-at-the-end');
  const lines = `/api/v8/runs/${run.run_id}/log/lines`;
  const { total } = await flotilla.api.json<{ total: number }>('GET', `${lines}?count=0`);
  const last = await flotilla.api.json<{ lines: { text: string }[] }>(
    'GET',
    `${lines}?from=${total}`,
  );
  expect(last.lines.map((line) => line.text)).toEqual(['needle-at-the-end']);
  asking = false;
  await others;
  expect(process.memoryUsage().rss - before).toBeLessThan(300_000_000);
  expect(slowest).toBeLessThan(1_000);
}, 120_000);

test('following a run that still waits for its launch shows the log once there is one', async () => {
  await flotilla.database.rows("UPDATE cluster_state SET status = 'maintenance'");
  const run = await flotilla.run('echo at last');
  const path = `/api/v8/runs/${run.run_id}/log?follow=true`;
  const followed = flotilla.api.request('GET', path).then((response) => response.text());
  await flotilla.until(run.run_id, 'QUEUED');
  await flotilla.database.rows("UPDATE cluster_state SET status = 'active'");
  expect(await followed).toMatch(/^at last$/m);
});

test('following a run that is stopped before its launch ends with nothing', async () => {
  await flotilla.database.rows("UPDATE cluster_state SET status = 'maintenance'");
  const run = await flotilla.run('echo never');
  const path = `/api/v8/runs/${run.run_id}/log?follow=true`;
  const followed = flotilla.api.request('GET', path).then((response) => response.text());
  await flotilla.api.json('DELETE', `/api/v6/task/any/history/${run.run_id}`);
  expect(await followed).toBe('');
  await flotilla.database.rows("UPDATE cluster_state SET status = 'active'");
});
