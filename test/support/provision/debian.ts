import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const INSTALL_MS = 600_000;
const LOCK = join(tmpdir(), 'flotilla-tests.apt-lock');

/** Packages of Debian, each with a file by which it is known to be there. */
export type Packages = Readonly<Record<string, string>>;

export function missingPackages(packages: Packages): string[] {
  return Object.entries(packages)
    .filter(([, file]) => !existsSync(file))
    .map(([name]) => name);
}

/** @throws Error when one is missing afterwards */
export function installPackages(packages: Packages, say: (text: string) => void): void {
  const names = missingPackages(packages);
  if (names.length === 0) return;
  say(`installing ${names.join(', ')}`);
  aptGet('update', '-qq');
  aptGet('install', '-y', '-qq', '--no-install-recommends', ...names);
  const left = missingPackages(packages);
  if (left.length > 0) throw new Error(`apt-get did not bring ${left.join(', ')}`);
}

function aptGet(...args: string[]): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  // Others of the tests may install at this time, too; apt itself does not wait for its lists.
  const waiting = [LOCK, 'apt-get', '-o', 'DPkg::Lock::Timeout=120', ...args];
  const result = spawnSync('flock', waiting, { encoding: 'utf8', timeout: INSTALL_MS, env });
  if (result.error !== undefined) throw result.error;
  if (result.status === 0) return;
  const lines = result.stderr.trim().split('\n');
  throw new Error(`apt-get: ${(lines.at(-1) ?? 'failed').slice(0, 300)}`);
}
