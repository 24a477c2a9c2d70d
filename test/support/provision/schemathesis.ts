import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheDir } from '../../../dev/temporal-binary.ts';
import { messageOf } from '../../../domain/errors.ts';

/** Schemathesis and all that it needs, each of one version. */
const REQUIREMENTS = fileURLToPath(new URL('schemathesis.txt', import.meta.url));
const VENV_MS = 60_000;
const PIP_MS = 300_000;

export type Schemathesis =
  /** What to spawn, with its first arguments. */
  { command: [string, ...string[]] } | { why: string };

/**
 * Schemathesis in a Python of its own in the cache, installed from PyPI when it is not there yet; or
 * why it cannot be had. Nothing is installed into the system.
 */
export function findSchemathesis(say: (text: string) => void): Schemathesis {
  const pinned = readFileSync(REQUIREMENTS);
  const name = `schemathesis-${createHash('sha256').update(pinned).digest('hex').slice(0, 12)}`;
  const venv = join(cacheDir(), name);
  try {
    if (!existsSync(venv)) install(venv, say);
    const command = [join(venv, 'bin', 'python'), '-m', 'schemathesis.cli'] as const;
    run(command[0], [...command.slice(1), '--version'], VENV_MS);
    return { command: [...command] };
  } catch (error) {
    return { why: `Schemathesis cannot be had: ${messageOf(error)}` };
  }
}

/** Made aside and moved when it is whole: scripts in `bin` name the old place, modules do not. */
function install(venv: string, say: (text: string) => void): void {
  say('fetching Schemathesis from PyPI (30 MB)');
  mkdirSync(cacheDir(), { recursive: true });
  const aside = mkdtempSync(join(cacheDir(), 'fetch-'));
  try {
    run('python3', ['-m', 'venv', aside], VENV_MS);
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
    run(join(aside, 'bin', 'python'), [...pip, '-r', REQUIREMENTS], PIP_MS);
    renameSync(aside, venv);
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

function run(command: string, args: string[], timeout: number): void {
  const result = spawnSync(command, args, { encoding: 'utf8', timeout, killSignal: 'SIGKILL' });
  if (result.error !== undefined) throw result.error;
  if (result.status === 0) return;
  const lines = `${result.stdout}\n${result.stderr}`.trim().split('\n');
  const telling = lines.findLast((line) => /error/i.test(line)) ?? lines.at(-1) ?? 'failed';
  throw new Error(telling.slice(0, 300));
}
