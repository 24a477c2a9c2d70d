import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { startFlotilla, type TestFlotilla } from '../support/flotilla.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
let flotilla: TestFlotilla;
beforeAll(async () => {
  flotilla = await startFlotilla();
});
afterAll(() => flotilla.stop());

interface Finished {
  code: number | null;
  out: string;
  err: string;
}

/** The command line, as built. */
function cli(
  args: string[],
  options: { url?: string; onOutput?: (out: string, kill: () => void) => void } = {},
): Promise<Finished> {
  const child = spawn(process.execPath, ['dist/cli.js', ...args], {
    cwd: ROOT,
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      FLOTILLA_URL: options.url ?? flotilla.url,
    },
  });
  const finished = { code: null, out: '', err: '' } as Finished;
  child.stdout.on('data', (chunk) => {
    finished.out += String(chunk);
    options.onOutput?.(finished.out, () => child.kill('SIGINT'));
  });
  child.stderr.on('data', (chunk) => (finished.err += String(chunk)));
  return new Promise((resolve) => child.once('close', (code) => resolve({ ...finished, code })));
}

test('run --follow tells each status and the log, and exits with the job’s code', async () => {
  const alias = await flotilla.define('echo "hello $WHO"; exit 3');
  const { code, out, err } = await cli([
    'run',
    alias,
    '--cluster',
    'default',
    '-e',
    'WHO=wörld = x',
    '--follow',
  ]);
  expect(code).toBe(3);
  expect(out).toBe(
    `[flotilla] image not used: engine local\n+ echo 'hello wörld = x'\nhello wörld = x\n+ exit 3\n`,
  );
  expect(err.match(/QUEUED|PENDING|RUNNING|STOPPED|exit code 3/g)).toEqual([
    'QUEUED',
    'PENDING',
    'RUNNING',
    'STOPPED',
    'exit code 3',
  ]);
});

test('what is said of a run begins a line of its own, also behind a log without a last newline', async () => {
  const alias = await flotilla.define('set +x; printf unfinished');
  const { code, out, err } = await cli(['run', alias, '--cluster', 'default', '--follow']);
  expect(code).toBe(0);
  expect(out).toMatch(/unfinished$/);
  expect(err).toMatch(/\n\n[^\n]*STOPPED/);
});

test('run takes a file, defines it, and brings it up to date when it changed', async () => {
  const file = join(flotilla.dir, 'job.json');
  const write = (command: string) =>
    writeFileSync(file, JSON.stringify({ alias: 'from-file', image: 'i', command }));
  write('echo one');
  const first = await cli(['run', file, '--cluster', 'default', '--follow']);
  expect(first.err).toContain(`defined from-file from ${file}`);
  expect(first.out).toContain('\none\n');
  write('echo two');
  const second = await cli(['run', file, '--cluster', 'default', '--follow']);
  expect(second).toMatchObject({ code: 0, out: expect.stringContaining('\ntwo\n') });
});

test('run prints the run’s id, by which it can be listed, looked at, read and stopped', async () => {
  const alias = await flotilla.define('echo begun; sleep 60');
  const { out } = await cli(['run', alias, '--cluster', 'default', '--owner', 'eve']);
  const runId = out.trim();
  await flotilla.until(runId, 'RUNNING');
  expect((await cli(['ls', '--status', 'RUNNING', '--owner', 'eve'])).out).toContain(runId);
  expect((await cli(['status', runId])).out).toMatch(/QUEUED[^]*PENDING[^]*RUNNING\nRUNNING\n/);
  await eventually('it wrote', async () => (await cli(['logs', runId])).out.includes('\nbegun\n'));
  const followed = cli(['logs', '-f', runId]);
  expect(await cli(['stop', runId])).toMatchObject({ code: 0, err: 'stopping\n' });
  expect((await followed).out).toContain('\nbegun\n');
  await flotilla.until(runId, 'STOPPED');
  expect((await cli(['status', runId])).out).toContain(
    'STOPPED, exit code 1: Task terminated by user',
  );
  expect((await cli(['stop', runId])).err).toBe('it was over already\n');
  const json = JSON.parse((await cli(['status', runId, '--json'])).out) as { run_id: string };
  expect(json.run_id).toBe(runId);
});

test('Ctrl-C leaves a followed run running and says how to end it', async () => {
  const alias = await flotilla.define('echo begun; sleep 30');
  const { code, err } = await cli(['run', alias, '--cluster', 'default', '-f'], {
    onOutput: (out, kill) => {
      if (out.includes('begun\n')) kill();
    },
  });
  expect(code).toBe(130);
  const runId = /flotilla stop (\S+)/.exec(err)?.[1] ?? '';
  expect((await flotilla.get(runId)).status).toBe('RUNNING');
  await cli(['stop', runId]);
  await flotilla.until(runId, 'STOPPED');
});

test.each([
  [['run', 'nope'], 1, 'flotilla: Definition with alias nope not found'],
  [['status', 'nope'], 1, 'flotilla: Run with id nope not found'],
  [['logs', 'nope'], 1, 'flotilla: Run with id nope not found'],
  [['run', 'x', '-e', 'novalue'], 2, 'expected NAME=VALUE'],
  [['run', 'x', '--memory', 'lots'], 2, 'expected a whole number'],
  [['frobnicate'], 2, "unknown command 'frobnicate'"],
  [['ls', '--status', 'NOPE'], 1, 'flotilla: status: expected one of "QUEUED"|"PENDING"'],
])('%j exits %i and says why, without a stack trace', async (args, code, text) => {
  const finished = await cli(args);
  expect(finished.code).toBe(code);
  expect(finished.err).toContain(text);
  expect(finished.err).not.toContain('    at ');
});

test('a server that is not there is named, with what to do', async () => {
  const { code, err } = await cli(['ls'], { url: 'http://127.0.0.1:9' });
  expect(code).toBe(1);
  expect(err).toContain('no answer from http://127.0.0.1:9 (');
  expect(err).toContain('--url or FLOTILLA_URL names another');
});

test('every command explains itself', async () => {
  const help = (await cli(['--help'])).out;
  const commands = [
    'run',
    'logs',
    'stop',
    'ls',
    'status',
    'serve',
    'server',
    'worker',
    'health',
    'migrate',
    'token',
    'aws',
  ];
  for (const command of commands) expect(help).toMatch(new RegExp(`^  ${command} `, 'm'));
  const helps = await Promise.all(commands.map((command) => cli([command, '--help'])));
  expect(helps.map(({ code }) => code)).toEqual(commands.map(() => 0));
});

test('clusters are added, changed, listed and forgotten', async () => {
  const added = await cli([
    'clusters',
    'add',
    'west',
    '--engine',
    'eks-spark',
    '--namespace',
    'jobs',
  ]);
  expect(added).toMatchObject({ code: 0, err: 'cluster west of engine eks-spark is registered\n' });
  const changed = await cli(['clusters', 'set', 'west', '--status', 'offline', '--slots', '4']);
  expect(changed).toMatchObject({ code: 0, err: 'cluster west is offline\n' });
  const listed = await cli(['clusters']);
  expect(listed.out).toMatch(
    /^CLUSTER +ENGINE +STATUS +RUNNING +QUEUED +SLOTS +VERSION +TROUBLE\n/,
  );
  expect(listed.out).toMatch(/^west +eks-spark +offline +0 +0 +4( |$)/m);
  const json = JSON.parse((await cli(['clusters', '--json'])).out) as { name: string }[];
  expect(json.map(({ name }) => name)).toEqual(['default', 'west']);
  expect((await cli(['clusters', 'rm', 'west'])).code).toBe(0);
  const unknown = await cli(['clusters', 'rm', 'west']);
  expect(unknown).toMatchObject({ code: 1, err: 'flotilla: no cluster is named west\n' });
});
