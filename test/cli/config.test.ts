import { execFile, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeEach, expect, test } from 'vitest';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const dir = mkdtempSync(join(tmpdir(), 'conf-'));
const file = join(dir, 'config.yml');
afterAll(() => rmSync(dir, { recursive: true }));

beforeEach(() => {
  writeFileSync(
    file,
    [
      'database:',
      '  url: postgresql://flotilla:hunter2@db/flotilla',
      'readonly_database_url: postgresql://flotilla:hunter2@replica/flotilla',
      'eks_clusters: [clusta, cupcake]',
      'eks:',
      '  service_account: jobs',
    ].join('\n'),
  );
});

/** The command line, as built. */
function cli(args: string[], environment: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['dist/cli.js', ...args], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...environment },
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

const ENVIRONMENT = { TEMPORAL_API_KEY: 'hunter2', SWEEP_SECONDS: '1m30s' };

test('config prints every value and where it comes from, and no secret', () => {
  const { status, stdout, stderr } = cli(['config', '--dir', dir], ENVIRONMENT);
  expect(status).toBe(0);
  const lines = stdout.split('\n').map((line) => line.split(/ {2,}/));
  expect(lines).toEqual(
    expect.arrayContaining([
      ['KEY', 'VALUE', 'FROM'],
      [
        'database_url',
        'postgresql://flotilla:********@db/flotilla',
        `${file}:2, spelled database.url`,
      ],
      ['temporal_api_key', '********', 'environment variable TEMPORAL_API_KEY'],
      ['sweep_seconds', '90', 'environment variable SWEEP_SECONDS'],
      ['eks_clusters', 'clusta, cupcake', `${file}:4`],
      ['eks_default_service_account', 'jobs', `${file}:6, spelled eks.service_account`],
      ['temporal_address', '-', 'default'],
      ['log_level', 'info', 'default'],
    ]),
  );
  expect(stderr).toContain('readonly_database_url');
  expect(stdout + stderr).not.toContain('hunter2');
});

test('config --json prints the same as JSON', () => {
  const { status, stdout } = cli(['config', '--dir', dir, '--json'], ENVIRONMENT);
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    database_url: {
      value: 'postgresql://flotilla:********@db/flotilla',
      source: `${file}:2, spelled database.url`,
    },
    temporal_api_key: { value: '********', source: 'environment variable TEMPORAL_API_KEY' },
    eks_clusters: { value: ['clusta', 'cupcake'], source: `${file}:4` },
    temporal_address: { value: null, source: 'default' },
    sweep_seconds: { value: 90 },
  });
});

test('a command that names no directory reads the one in FLOTILLA_CONF', () => {
  const { status, stdout } = cli(['config', '--json'], { FLOTILLA_CONF: dir });
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    eks_default_service_account: {
      value: 'jobs',
      source: `${file}:6, spelled eks.service_account`,
    },
  });
});

test('health asks the server of the configuration, at an address that can be called', async () => {
  const server = createServer((request, response) => {
    response.writeHead(request.url === '/api/v6/health' ? 200 : 404).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const environment = { HTTP_SERVER_LISTEN_ADDRESS: `0.0.0.0:${port}` };
  const url = `http://127.0.0.1:${port}`;
  // `cli` would keep this process from answering.
  const { stdout } = await run(process.execPath, ['dist/cli.js', 'health'], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'], ...environment },
  });
  expect(stdout).toBe(`${url} answers\n`);
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
  const { status, stderr } = cli(['health'], environment);
  expect(status).toBe(1);
  expect(stderr).toContain(`flotilla: no answer from ${url}/api/v6/health`);
});

test('an invalid configuration is exit code 2, with every problem', () => {
  const { status, stdout, stderr } = cli(['config', '--dir', dir], {
    SWEEP_SECONDS: 'soon',
    TEMPORAL_TLS: 'yes',
  });
  expect(status).toBe(2);
  expect(stdout).toBe('');
  expect(stderr).toContain('2 problems');
  expect(stderr).toContain('environment variable SWEEP_SECONDS');
  expect(stderr).toContain('environment variable TEMPORAL_TLS');
  expect(cli(['config', '--dir', join(dir, 'none')]).status).toBe(2);
});

test.each(['server', 'worker', 'serve'])('%s says once what it ignores, in its log', (command) => {
  writeFileSync(file, 'redis_address: localhost:6379\nredis:\n  db: 1');
  const { status, stderr } = cli([command, dir], { REDIS_ADDRESS: 'other:6379' });
  expect(status).toBe(2);
  const messages = stderr
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as { level: string; message: string })
    .map(({ level, message }) => `${level} ${message.replace(/:\d+\).*/, '')}`);
  expect(messages).toEqual([
    `warn configuration: redis_address (${file}`,
    `warn configuration: redis.db (${file}`,
  ]);
});
