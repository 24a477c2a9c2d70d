import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Daemon } from '../../../../engines/docker/daemon.ts';

let dir: string;
let server: Server;
let asked: string[];
/** What it answers, one after the other; the last one from then on. */
let answers: { status: number; body: object }[];
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'flotilla-daemon-'));
  asked = [];
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const { status, body } = answers[Math.min(asked.length, answers.length) - 1] ?? {
      status: 500,
      body: {},
    };
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(join(dir, 'socket'), resolve));
});
afterEach(() => {
  server.close();
  rmSync(dir, { recursive: true, force: true });
});

const daemon = (): Daemon => new Daemon({ host: `unix://${join(dir, 'socket')}`, certPath: null });

// Recorded from Podman, whose container's process ended while it was looked at.
const MID_END = {
  status: 500,
  body: {
    cause: 'no such process',
    message: 'read /proc/32641/cgroup: no such process',
    response: 500,
  },
};

test('a container that ends while Podman looks at it is looked at again', async () => {
  answers = [MID_END, MID_END, { status: 200, body: { Id: 'a', State: { Status: 'exited' } } }];
  expect(await daemon().inspect('a')).toMatchObject({ State: { Status: 'exited' } });
  expect(asked).toEqual(Array.from({ length: 3 }, () => '/containers/a/json'));
});

test('not for ever', async () => {
  answers = [MID_END];
  await expect(daemon().inspect('a')).rejects.toThrow('read /proc/32641/cgroup: no such process');
  expect(asked).toHaveLength(10);
});

test('another fault is told at once', async () => {
  answers = [{ status: 500, body: { message: 'disk full', cause: 'disk full', response: 500 } }];
  await expect(daemon().inspect('a')).rejects.toThrow('disk full');
  expect(asked).toHaveLength(1);
});
