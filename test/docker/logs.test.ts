import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Schemas } from '../../client/client.ts';
import { inScene, withFlotilla, type DockerFlotilla } from '../support/docker/flotilla.ts';
import { ContainerLedger } from '../support/docker/ledger.ts';
import type { TestDocker } from '../support/docker/test-docker.ts';
import { useDocker } from '../support/docker/use-docker.ts';
import { eventually } from '../support/eventually.ts';
import { attemptsOf } from '../support/observe.ts';

const ledger = new ContainerLedger();
let docker: TestDocker;
useDocker((started) => void (docker = started), { liveRestore: true });
beforeAll(() => ledger.start());
afterAll(() => ledger.stop());

/** The shell's own first line, which shows that it shows no more. */
const HEAD = '+ set +x\n';

/** A command whose output is what another writes, and that notes the hash of it. */
function hashed(command: string): string {
  // The shell's first line comes by the other output, which is read apart.
  return `set +x
    sleep 0.5
    mkfifo /tmp/all
    sha256sum < /tmp/all > /tmp/hash &
    ${command} | tee /tmp/all
    wait
    ${ledger.note('hash $FLOTILLA_RUN_ID $(cut -c 1-64 /tmp/hash)')}`;
}

/** What the job of a run noted. */
function notedHash(runId: string): string | undefined {
  const line = ledger.lines().find((one) => one.startsWith(`hash ${runId} `));
  return line?.split(' ')[2];
}

interface Read {
  hash: string;
  bytes: number;
}

/** Reads a log to its end and keeps none of it: it may be larger than a string. */
async function readAll(here: DockerFlotilla, path: string): Promise<Read> {
  const { body } = await here.api.request('GET', path);
  const hash = createHash('sha256');
  let [bytes, head] = [0, Buffer.alloc(0)];
  for await (const chunk of body ?? []) {
    let part = Buffer.from(chunk);
    if (head.length < HEAD.length) {
      const missing = HEAD.length - head.length;
      head = Buffer.concat([head, part.subarray(0, missing)]);
      part = part.subarray(missing);
    }
    bytes += part.length;
    hash.update(part);
  }
  expect(head.toString()).toBe(HEAD);
  return { hash: hash.digest('hex'), bytes };
}

const follow = (here: DockerFlotilla, runId: string): Promise<Read> =>
  readAll(here, `/api/v8/runs/${runId}/log?follow=true`);
const stored = (here: DockerFlotilla, runId: string): Promise<Read> =>
  readAll(here, `/api/v8/runs/${runId}/log`);

/** Lines that are numbered, so many with a rest each time, and in all. */
function numbered(lines: number, { each, seconds }: { each: number; seconds: number }): string {
  return `awk 'BEGIN {
    rest = sprintf("%0988d", 0)
    for (i = 1; i <= ${lines}; i++) {
      printf "%010d%s\\n", i, rest
      if (i % ${each} == 0) { fflush(); system("sleep ${seconds}") }
    }
  }'`;
}

test('a log of 500 MB is whole, byte by byte: followed, and stored before its container is let go', async () => {
  await withFlotilla(docker, async (here) => {
    const lines = 500_500;
    const command = hashed(numbered(lines, { each: 20_000, seconds: 0.1 }));
    const { run_id: runId } = await here.run(command);
    await here.until(runId, 'RUNNING');
    const following = follow(here, runId);
    const released = await eventually(
      'its container is let go',
      async () => {
        const containers = await here.containersOf(runId);
        return containers.find(({ name }) => name.endsWith('.released'));
      },
      150_000,
    );
    // What is read from now on is what was stored before.
    await docker.ask('DELETE', `/containers/${released.id}`);
    expect((await attemptsOf(here, runId))[0]?.log_bytes).toBe(HEAD.length + lines * 999);
    expect(await here.until(runId, 'STOPPED')).toMatchObject({ exit_code: 0 });
    const whole = { hash: notedHash(runId), bytes: lines * 999 };
    expect(await following).toEqual(whole);
    expect(await stored(here, runId)).toEqual(whole);
  });
}, 240_000);

/** The log of a run's container as its daemon has it. */
async function ownLog(here: DockerFlotilla, runId: string): Promise<Read> {
  const [container] = await here.containersOf(runId);
  const path = `/containers/${container?.id}/logs?stdout=1&stderr=1`;
  const text = await docker.ask('GET', path, { pieces: true });
  const body = text.slice(HEAD.length);
  return { hash: createHash('sha256').update(body).digest('hex'), bytes: body.length };
}

test('a daemon that is killed again and again while a log is followed: what it kept is there once, and the run says so', async () => {
  await withFlotilla(docker, async (here) => {
    const command = hashed(numbered(2_000, { each: 10, seconds: 0.1 }));
    const { run_id: runId } = await here.run(command);
    await here.until(runId, 'RUNNING');
    const following = follow(here, runId);
    // What the daemon shows it has written down: the beginning, at least, stays.
    await eventually('its log begins', async () =>
      (await here.logOf(runId).catch(() => '')).startsWith(HEAD),
    );
    for (let kills = 0; kills < 3; kills += 1) {
      await docker.kill();
      await sleep(500);
      await docker.restart();
      await sleep(2_000);
    }
    expect(await here.until(runId, 'STOPPED')).toMatchObject({ exit_code: 0, attempt_count: 1 });
    // A daemon that is killed loses what it has read from the job and not yet written down.
    const kept = await ownLog(here, runId);
    if (kept.hash !== notedHash(runId)) expect(kept.bytes).toBeGreaterThan(1_900 * 999);
    expect(await following).toEqual(kept);
    expect(await stored(here, runId)).toEqual(kept);
    const { events } = await here.api.json<{ events: Schemas['Event'][] }>(
      'GET',
      `/api/v8/runs/${runId}/events`,
    );
    const away = events.filter(({ reason }) => reason === 'DaemonAway');
    expect(away).toHaveLength(3);
    expect(away[0]?.message).toContain('missing from the log');
  });
});

test('a worker that is killed -9 while it collects: nothing is missing or twice', async () => {
  await inScene(docker, async (here) => {
    const { flotilla } = here;
    const doomed = await here.worker();
    const lines = 60_000;
    const command = hashed(numbered(lines, { each: 1_000, seconds: 0.2 }));
    const { run_id: runId } = await flotilla.run(command);
    await flotilla.until(runId, 'RUNNING');
    const grows = async (): Promise<boolean> =>
      (await flotilla.logOf(runId).catch(() => '')).length > 5_000_000;
    await eventually('its log grows', grows);
    await doomed.kill();
    await here.worker();
    expect(await flotilla.until(runId, 'STOPPED')).toMatchObject({ exit_code: 0 });
    const whole = { hash: notedHash(runId), bytes: lines * 999 };
    expect(await stored(flotilla, runId)).toEqual(whole);
  });
});

test('a line of a megabyte stays one line, and bytes that are no text stay what they are', async () => {
  await withFlotilla(docker, async (here) => {
    const line = (characters: number): string =>
      `BEGIN { for (i = 0; i < ${characters}; i++) printf "%d", i % 10; print "" }`;
    const outputs = [
      // Docker cuts lines into pieces of 16 KiB.
      `awk '${[1_000_000, 3, 16_383, 16_384, 0, 16_385, 32_768].map(line).join(' ')}'`,
      `awk '${line(1_000_000)}' | gzip -c`,
      // All bytes there are, in lines and in none.
      `gzip -c /bin/bash`,
    ];
    const runs = await Promise.all(outputs.map((output) => here.run(hashed(output))));
    for (const { run_id: runId } of runs) {
      expect(await here.until(runId, 'STOPPED')).toMatchObject({ exit_code: 0 });
      expect((await stored(here, runId)).hash).toBe(notedHash(runId));
    }
  });
});
