import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheDir } from '../../../dev/temporal-binary.ts';
import { messageOf } from '../../../domain/errors.ts';
import { installPackages, missingPackages } from './debian.ts';

const SOURCES = fileURLToPath(new URL('../kubernetes/binary', import.meta.url));
const BUILD_ENV = { CGO_ENABLED: '0', GOFLAGS: '-buildvcs=false' };
const TAGS = 'providerless,netgo,osusergo';
/** Beside other tests, at the lowest priority, it takes long. */
const BUILD_MS = 5_400_000;
const PROGRESS_MS = 30_000;

/** Packages of Debian, each with a file by which it is known to be there. */
const PACKAGES: Record<string, string> = {
  containerd: '/usr/bin/containerd',
  runc: '/usr/sbin/runc',
  'containernetworking-plugins': '/usr/lib/cni/bridge',
  'busybox-static': '/bin/busybox',
  'bash-static': '/bin/bash-static',
  socat: '/usr/bin/socat',
  iproute2: '/sbin/ip',
  'util-linux': '/usr/bin/nsenter',
  openssl: '/usr/bin/openssl',
  'docker-registry': '/usr/bin/docker-registry',
};

export type Kubernetes =
  /** The one binary: etcd, kubectl and every component of Kubernetes. */
  { binary: string } | { why: string };

/**
 * What a Kubernetes of our own needs: root on Linux, packages of Debian, and a binary built by Go from
 * `test/support/kubernetes/binary`, kept in the cache by the hash of its sources. What is missing is
 * fetched and built when `fetch` says so (about 6 minutes); otherwise `why` says how to get it.
 */
export async function findKubernetes(
  say: (text: string) => void,
  { fetch }: { fetch: boolean },
): Promise<Kubernetes> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    return {
      why: 'a Kubernetes of our own needs root on Linux; FLOTILLA_TEST_KUBECONFIG names another',
    };
  const binary = join(cacheDir(), binaryName());
  const missing = missingPackages(PACKAGES);
  if (!fetch && (missing.length > 0 || !existsSync(binary)))
    return {
      why:
        'Kubernetes is not in the cache yet: `CI=true npm test -- --project kubernetes` builds it ' +
        `(Go, 6 minutes, 5 GB)${missing.length > 0 ? `, and installs ${missing.join(', ')}` : ''}`,
    };
  try {
    installKubernetesPackages(say);
    if (!existsSync(binary)) await build(binary, say);
    return { binary };
  } catch (error) {
    return { why: `Kubernetes cannot be had: ${messageOf(error)}` };
  }
}

/** What of Debian is missing of it. @throws Error with what apt-get says */
export function installKubernetesPackages(say: (text: string) => void): void {
  installPackages(PACKAGES, say);
}

/** Another one as soon as a source, a version or the way of building changes. */
function binaryName(): string {
  const hash = createHash('sha256');
  for (const file of ['go.mod', 'go.sum', 'main.go'])
    hash.update(readFileSync(join(SOURCES, file)));
  hash.update(JSON.stringify([BUILD_ENV, buildArgs(kubernetesVersion(), 'kube')]));
  return `kube-${hash.digest('hex').slice(0, 12)}`;
}

function kubernetesVersion(): string {
  const found = /k8s\.io\/kubernetes (v\S+)/.exec(readFileSync(join(SOURCES, 'go.mod'), 'utf8'));
  if (found?.[1] === undefined) throw new Error('go.mod names no version of k8s.io/kubernetes');
  return found[1];
}

/** Kubernetes takes its version from the linker; without it, it calls itself v0.0.0 and misbehaves. */
function buildArgs(version: string, output: string): string[] {
  const [major = '', minor = ''] = version.slice(1).split('.');
  const told = {
    gitVersion: version,
    gitMajor: major,
    gitMinor: minor,
    gitTreeState: 'clean',
    gitCommit: `go-module-${version}`,
    buildDate: '1970-01-01T00:00:00Z',
  };
  const flags = ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'].flatMap((path) =>
    Object.entries(told).map(([name, value]) => `-X ${path}.${name}=${value}`),
  );
  const linker = ['-s', '-w', ...flags].join(' ');
  return ['build', '-trimpath', '-tags', TAGS, '-ldflags', linker, '-o', output, '.'];
}

/** Built aside, and moved into the cache when it works. */
async function build(binary: string, say: (text: string) => void): Promise<void> {
  mkdirSync(cacheDir(), { recursive: true });
  const aside = mkdtempSync(join(cacheDir(), 'fetch-'));
  const began = Date.now();
  const seconds = (): number => Math.round((Date.now() - began) / 1000);
  say(`building Kubernetes ${kubernetesVersion()} with Go: about 6 minutes the first time`);
  const progress = setInterval(
    () => say(`building Kubernetes: ${seconds()} s so far`),
    PROGRESS_MS,
  );
  try {
    const output = join(aside, 'kube');
    await go(buildArgs(kubernetesVersion(), output));
    run(output, ['kubectl', 'version', '--client']);
    renameSync(output, binary);
    say(`built Kubernetes in ${seconds()} s`);
  } finally {
    clearInterval(progress);
    rmSync(aside, { recursive: true, force: true });
  }
}

function go(args: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('go', args, {
      cwd: SOURCES,
      env: { ...process.env, ...BUILD_ENV },
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: BUILD_MS,
      killSignal: 'SIGKILL',
    });
    let errors = '';
    child.stderr.on('data', (chunk) => (errors = `${errors}${String(chunk)}`.slice(-4_000)));
    child.once('error', (error) => reject(new Error(`go: ${error.message}`)));
    child.once('close', (code, signal) =>
      code === 0
        ? resolve()
        : reject(new Error(`go build ended with ${signal ?? code}: ${errors.slice(-600).trim()}`)),
    );
  });
}

function run(command: string, args: string[]): void {
  const result = spawnSync(command, args, { encoding: 'utf8', timeout: BUILD_MS });
  if (result.error !== undefined) throw result.error;
  if (result.status === 0) return;
  const lines = result.stderr.trim().split('\n');
  throw new Error(`${command}: ${(lines.at(-1) ?? 'failed').slice(0, 300)}`);
}
