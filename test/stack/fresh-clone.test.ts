import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const WITHIN_MS = 240_000;

function run(dir: string, command: string, environment: Record<string, string> = {}) {
  const { CI: _ci, DATABASE_URL: _db, TEMPORAL_ADDRESS: _temporal, ...inherited } = process.env;
  const began = performance.now();
  const { status, stdout, stderr } = spawnSync('bash', ['-c', command], {
    cwd: dir,
    env: { ...inherited, NO_COLOR: '1', ...environment },
    encoding: 'utf8',
    timeout: WITHIN_MS,
  });
  return { status, stdout, stderr, seconds: (performance.now() - began) / 1000 };
}

function freePort(): Promise<string> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(String(port)));
    });
  });
}

test('a fresh clone, two commands, and the README’s job has run', async (context) => {
  if (process.env['CI'] !== 'true') context.skip('installs all packages again; CI=true runs it');
  const dir = mkdtempSync(join(tmpdir(), 'flotilla-clone-'));
  try {
    const clone = run(tmpdir(), `git clone --quiet "${ROOT}" "${dir}/flotilla"`);
    expect(clone).toMatchObject({ status: 0 });
    const there = join(dir, 'flotilla');
    const install = run(there, 'npm ci');
    expect(install).toMatchObject({ status: 0 });
    const demo = run(there, 'npm run demo 2>&1', {
      HTTP_SERVER_LISTEN_ADDRESS: `127.0.0.1:${await freePort()}`,
      DEV_POSTGRES_PORT: await freePort(),
      DEV_TEMPORAL_PORT: await freePort(),
      DEV_TEMPORAL_UI_PORT: await freePort(),
    });
    expect(demo).toMatchObject({ status: 0 });
    const said = demo.stdout;
    for (const text of ['QUEUED', 'RUNNING', 'STOPPED', "+ echo 'hello yourusername'"]) {
      expect(said).toContain(text);
    }
    expect(said).toMatch(/^hello yourusername$/m);
    expect(install.seconds + demo.seconds, 'packages are cached').toBeLessThan(120);
    expect(run(there, 'git status --porcelain').stdout, 'it leaves nothing behind').toBe('');
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});
