import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

/** The images that every node and every daemon has, by what is in them. */
export const IMAGES = {
  /** Debian's busybox with all its applets. */
  busybox: 'localhost/flotilla-test:1',
  /** The same with /bin/bash. */
  bash: 'localhost/bash:1',
} as const;

/** What holds a pod's namespaces; like the others it is busybox, which needs no compiler. */
export const PAUSE = 'localhost/pause:1';

export interface Contents {
  /** Writes what is in the image into a directory. */
  fill(rootfs: string): void;
  /** Over the least that Docker wants, in the words of an image's `config`. */
  config: Record<string, unknown>;
}

const SHELL = { Cmd: ['/bin/sh'] };
const CONTENTS: Record<string, Contents> = {
  [PAUSE]: { fill: fillBusybox, config: { Entrypoint: ['/bin/sleep', '2147483647'] } },
  [IMAGES.busybox]: { fill: fillBusybox, config: SHELL },
  [IMAGES.bash]: {
    fill: (rootfs) => {
      fillBusybox(rootfs);
      copyFileSync('/bin/bash-static', join(rootfs, 'bin/bash'));
    },
    config: SHELL,
  },
};

/** Writes each image as `makeImage` does. */
export function makeImages(dir: string, references: readonly string[]): string[] {
  return references.map((reference) => {
    const contents = CONTENTS[reference];
    if (contents === undefined) throw new Error(`nobody knows what is in ${reference}`);
    return makeImage(dir, reference, contents);
  });
}

/**
 * Writes an image as a file that `ctr images import` and `docker load` take, the format of `docker save`,
 * without Docker and without a registry.
 * @returns its path
 */
export function makeImage(dir: string, reference: string, contents: Contents): string {
  const name = sha256(Buffer.from(reference)).slice(0, 12);
  const archive = join(dir, `${name}.tar`);
  const aside = join(dir, name);
  const rootfs = join(aside, 'rootfs');
  const saved = join(aside, 'saved');
  for (const made of [rootfs, saved]) mkdirSync(made, { recursive: true });
  contents.fill(rootfs);
  const layer = join(aside, 'layer.tar');
  pack(layer, rootfs);
  const diffId = sha256(readFileSync(layer));
  const image = {
    architecture: process.arch === 'x64' ? 'amd64' : process.arch,
    os: 'linux',
    created: '1970-01-01T00:00:00Z',
    config: {
      Env: ['PATH=/usr/local/bin:/usr/bin:/bin:/sbin'],
      WorkingDir: '/',
      ...contents.config,
    },
    rootfs: { type: 'layers', diff_ids: [`sha256:${diffId}`] },
  };
  const config = `${sha256(Buffer.from(JSON.stringify(image)))}.json`;
  renameSync(layer, join(saved, `${diffId}.tar`));
  writeFileSync(join(saved, config), JSON.stringify(image));
  const manifest = [{ Config: config, RepoTags: [reference], Layers: [`${diffId}.tar`] }];
  writeFileSync(join(saved, 'manifest.json'), JSON.stringify(manifest));
  pack(archive, saved);
  rmSync(aside, { recursive: true });
  return archive;
}

/** Busybox with all its applets. */
export function fillBusybox(rootfs: string): void {
  for (const dir of ['bin', 'dev', 'etc', 'home', 'proc', 'root', 'sys', 'usr/bin', 'var'])
    mkdirSync(join(rootfs, dir), { recursive: true });
  mkdirSync(join(rootfs, 'tmp'));
  chmodSync(join(rootfs, 'tmp'), 0o1777);
  const root = 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n';
  writeFileSync(join(rootfs, 'etc/passwd'), root);
  writeFileSync(join(rootfs, 'etc/group'), 'root:x:0:\nnogroup:x:65534:\n');
  const busybox = join(rootfs, 'bin/busybox');
  copyFileSync('/bin/busybox', busybox);
  const applets = execFileSync('/bin/busybox', ['--list'], { encoding: 'utf8' }).split('\n');
  for (const applet of applets.filter((name) => name !== '' && name !== 'busybox'))
    linkSync(busybox, join(rootfs, 'bin', applet));
}

function pack(archive: string, dir: string): void {
  const plain = ['--owner=0', '--group=0', '--numeric-owner', '--mtime=@0', '--sort=name'];
  execFileSync('tar', [...plain, '-C', dir, '-cf', archive, '.']);
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
