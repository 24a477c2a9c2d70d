import { expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { clusterFor } from '../support/kubernetes/attach.ts';
import { inScene } from '../support/kubernetes/scene.ts';
import { sharedFlotilla } from '../support/kubernetes/shared-flotilla.ts';

const { flotilla } = sharedFlotilla();

const LINES = 400;

test('a log is followed while the job runs, and read page by page across its end without gap or repeat', async () => {
  const command = `set +x; for i in $(seq ${LINES}); do echo line $i; sleep 0.01; done`;
  const run = await flotilla().run(command);
  const follow = `/api/v8/runs/${run.run_id}/log?follow=true`;
  const { body } = await flotilla().api.request('GET', follow);
  const parts: Buffer[] = [];
  let early = false;
  for await (const part of body ?? []) {
    parts.push(Buffer.from(part));
    early ||= (await flotilla().get(run.run_id)).status !== 'STOPPED';
  }
  expect(early).toBe(true);
  const expected = Array.from({ length: LINES }, (_, i) => `line ${i + 1}`);
  const lines = (text: string): string[] =>
    text.split('\n').filter((line) => line.startsWith('line '));
  expect(lines(Buffer.concat(parts).toString())).toEqual(expected);
  await flotilla().until(run.run_id, 'STOPPED');
  expect(lines(await flotilla().logOf(run.run_id))).toEqual(expected);
});

test('pages that are asked for while the log grows and moves into the store lose nothing', async () => {
  const command = `set +x; for i in $(seq ${LINES}); do echo line $i; sleep 0.01; done`;
  const run = await flotilla().run(command);
  let [text, lastSeen, over] = ['', '', false];
  for (;;) {
    const path = `/api/v6/${run.run_id}/logs?last_seen=${encodeURIComponent(lastSeen)}`;
    const page = await flotilla().api.json<{ log: string; last_seen: string }>('GET', path);
    text += page.log;
    if (over && page.log === '') break;
    lastSeen = page.last_seen;
    over = (await flotilla().get(run.run_id)).status === 'STOPPED';
  }
  expect(text).toBe(await flotilla().logOf(run.run_id));
  expect(text.match(/^line \d+$/gm)).toHaveLength(LINES);
});

test('a log of three hundred megabytes is whole, or says where it is not', async () => {
  const lines = 300_000;
  // Some 20 MB in a second, so that the kubelet turns to new files all along.
  const command = `set +x
    awk 'BEGIN {
      rest = sprintf("%0992d", 0)
      for (i = 1; i <= ${lines}; i++) {
        printf "%07d%s\\n", i, rest
        if (i % 2000 == 0) { fflush(); system("sleep 0.1") }
      }
    }'`;
  const run = await flotilla().run(command);
  const isOver = async () => (await flotilla().get(run.run_id)).status === 'STOPPED';
  await eventually('it is over', isOver, 300_000);
  expect(await flotilla().get(run.run_id)).toMatchObject({ exit_code: 0 });
  const log = await flotilla().logOf(run.run_id);
  const own = log.split('\n').filter((line) => /^\d{7}0+$/.test(line));
  const numbers = own.map((line) => Number(line.slice(0, 7)));
  expect(numbers.toSorted((one, other) => one - other)).toEqual(numbers);
  expect(new Set(numbers).size).toBe(numbers.length);
  const isWhole = numbers.length === lines;
  expect(isWhole || /^\[flotilla\] lines may be missing/m.test(log)).toBe(true);
  expect(log.length).toBeGreaterThan(100_000_000);
}, 400_000);

test('what its node had rotated away before anybody read it is said', async (context) => {
  const cluster = clusterFor(context);
  const { ledger } = cluster;
  const inJobs = ['--namespace', cluster.namespace];
  await inScene(cluster, async (here) => {
    // Nobody follows: the only worker dies as soon as the job is let go.
    const doomed = await here.worker('kill:after:engine.launch:1');
    const much = `yes 'a line of fifty characters, which is fifty charact' | head -n 500000`;
    const wait = 'until [ -e /tmp/go ]; do sleep 0.2; done';
    const command = `set +x; echo first; ${much}; ${wait}; echo last; ${ledger.noteAttempt('ended')}`;
    const { run_id: runId } = await here.flotilla.run(command);
    await doomed.exited;
    const job = `job/${runId}`;
    const begins = async (): Promise<string> =>
      cluster.kubectl(...inJobs, 'logs', job, '--limit-bytes=40').catch(() => 'first');
    await eventually('its log is rotated', async () => !/first/.test(await begins()), 120_000);
    await cluster.kubectl(...inJobs, 'exec', job, '--', 'touch', '/tmp/go');
    await eventually('it ends', () => ledger.attempts('ended', runId).length === 1, 120_000);
    await here.worker();
    expect(await here.flotilla.until(runId, 'STOPPED')).toMatchObject({ exit_code: 0 });
    const lines = (await here.flotilla.logOf(runId)).split('\n');
    expect(lines.find((line) => line.startsWith('[flotilla]'))).toMatch(
      /lines may be missing here/,
    );
    expect(lines).not.toContain('first');
    expect(lines.slice(-3)).toContain('last');
  });
});
