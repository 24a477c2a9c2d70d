import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { makeImage } from '../linux/images.ts';

/** Stands in for the image of Docker Hub that the Dockerfile names. */
export const BASE_IMAGE = 'localhost/node-slim:1';
/** What is in Debian's slim image and the image builds or runs with, besides what they depend on. */
const PACKAGES = [
  ...['base-files', 'base-passwd', 'bash', 'coreutils', 'dash', 'findutils', 'grep', 'hostname'],
  ...['libc-bin', 'libstdc++6', 'sed', 'tar', 'util-linux'],
];
const UNUSED = /^\/usr\/share\/(doc|info|lintian|locale|man)\//;
const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';

/**
 * Writes, as `docker load` takes it, an image like `node:…-bookworm-slim` from what this machine has:
 * packages of its Debian, its Node and npm, a user `node`; and its certificates and registry, so that
 * `npm ci` works in a build as it does here.
 */
export function makeBaseImage(dir: string): string {
  return makeImage(dir, BASE_IMAGE, {
    fill: (rootfs) => {
      copyDebian(rootfs);
      copyNode(rootfs);
    },
    config: {
      Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', ...npmSettings()],
      Cmd: ['node'],
    },
  });
}

/** The least of a Debian, as its slim image has it. */
export function copyDebian(rootfs: string): void {
  for (const merged of ['bin', 'sbin', 'lib', 'lib64']) {
    mkdirSync(join(rootfs, 'usr', merged), { recursive: true });
    symlinkSync(`usr/${merged}`, join(rootfs, merged));
  }
  const listed = output('dpkg', '-L', ...withDependencies(PACKAGES)).split('\n');
  const files = listed.filter((path) => path.startsWith('/') && !UNUSED.test(path) && isFile(path));
  const list = join(dirname(rootfs), 'files');
  writeFileSync(list, files.join('\n'));
  const [from, to] = [
    `tar -C / -cf - -T ${list}`,
    `tar -C ${rootfs} -xf - --keep-directory-symlink`,
  ];
  execFileSync('sh', ['-c', `${from} | ${to}`], { stdio: ['ignore', 'ignore', 'ignore'] });
  for (const made of ['dev', 'etc', 'home', 'proc', 'root', 'run', 'sys', 'var/lib'])
    mkdirSync(join(rootfs, made), { recursive: true });
  mkdirSync(join(rootfs, 'tmp'), { recursive: true });
  chmodSync(join(rootfs, 'tmp'), 0o1777);
  copyFileSync('/usr/share/base-passwd/passwd.master', join(rootfs, 'etc/passwd'));
  copyFileSync('/usr/share/base-passwd/group.master', join(rootfs, 'etc/group'));
}

function isFile(path: string): boolean {
  return existsSync(path) && !lstatSync(path).isDirectory();
}

/** As the official image has them. */
function copyNode(rootfs: string): void {
  const local = join(rootfs, 'usr/local');
  const npm = dirname(dirname(realpathSync(output('sh', '-c', 'command -v npm').trim())));
  mkdirSync(join(local, 'bin'), { recursive: true });
  copyFileSync(process.execPath, join(local, 'bin/node'));
  cpSync(npm, join(local, 'lib/node_modules/npm'), { recursive: true });
  for (const name of ['npm', 'npx'])
    symlinkSync(`../lib/node_modules/npm/bin/${name}-cli.js`, join(local, 'bin', name));
  appendFileSync(join(rootfs, 'etc/passwd'), 'node:x:1000:1000::/home/node:/bin/bash\n');
  appendFileSync(join(rootfs, 'etc/group'), 'node:x:1000:\n');
  if (!existsSync(CERTIFICATES)) return;
  mkdirSync(dirname(join(rootfs, CERTIFICATES)), { recursive: true });
  copyFileSync(CERTIFICATES, join(rootfs, CERTIFICATES));
}

function npmSettings(): string[] {
  const registry = output('npm', 'config', 'get', 'registry').trim();
  return [
    `npm_config_registry=${registry}`,
    ...(existsSync(CERTIFICATES) ? [`NODE_EXTRA_CA_CERTS=${CERTIFICATES}`] : []),
  ];
}

function withDependencies(packages: readonly string[]): string[] {
  const known = new Set<string>();
  let next = [...packages];
  while (next.length > 0) {
    for (const name of next) known.add(name);
    const fields = output('dpkg-query', '-W', '-f', '${Pre-Depends}, ${Depends}, ', ...next);
    const wanted = fields.split(',').map((one) => /^\s*([a-z0-9.+-]+)/.exec(one)?.[1] ?? '');
    next = [...new Set(wanted)].filter(
      (name) => name !== '' && !known.has(name) && isInstalled(name),
    );
  }
  return [...known];
}

function isInstalled(name: string): boolean {
  return [`${name}.list`, `${name}:amd64.list`, `${name}:arm64.list`].some((file) =>
    existsSync(join('/var/lib/dpkg/info', file)),
  );
}

function output(program: string, ...args: string[]): string {
  return execFileSync(program, args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
}
