import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheDir } from '../../../dev/temporal-binary.ts';
import { messageOf } from '../../../domain/errors.ts';

/** Built from source: the Go proxy is where one pinned release, checked by sum.golang.org, can be had. */
const VERSION = 'v3.21.4';
const PACKAGE = `helm.sh/helm/v3/cmd/helm@${VERSION}`;
const VERSION_MS = 60_000;
const GO_MS = 5_400_000;

const execute = promisify(execFile);

export type Helm = { path: string } | { why: string };

/**
 * Helm in the cache, built by Go when it is not there yet and `build` says that minutes may be spent
 * on that; or why it cannot be had. Nothing is installed into the system.
 */
export async function findHelm(options: {
  build: boolean;
  say: (text: string) => void;
}): Promise<Helm> {
  const cached = join(cacheDir(), `helm-${VERSION}`);
  if (!existsSync(cached) && !options.build) {
    return { why: `no ${cached}; building it takes minutes, and CI=true does` };
  }
  try {
    if (!existsSync(cached)) await build(cached, options.say);
    await execute(cached, ['version'], { timeout: VERSION_MS, killSignal: 'SIGKILL' });
    return { path: cached };
  } catch (error) {
    return { why: `Helm cannot be had: ${messageOf(error)}` };
  }
}

/** Made aside and moved when it is whole. */
async function build(cached: string, say: (text: string) => void): Promise<void> {
  say(`building Helm: go install ${PACKAGE}`);
  mkdirSync(cacheDir(), { recursive: true });
  const aside = mkdtempSync(join(cacheDir(), 'fetch-'));
  try {
    await execute('go', ['install', '-trimpath', '-ldflags=-s -w', PACKAGE], {
      timeout: GO_MS,
      killSignal: 'SIGKILL',
      cwd: aside,
      env: { ...process.env, GOBIN: aside },
    });
    renameSync(join(aside, 'helm'), cached);
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}
