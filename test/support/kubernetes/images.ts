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
import { dirname, join } from 'node:path';

/** The images that every node has, by what is in them. */
export const IMAGES = {
  /** Debian's busybox with all its applets. */
  busybox: 'localhost/flotilla-test:1',
  /** The same with /bin/bash. */
  bash: 'localhost/bash:1',
} as const;

/** What holds a pod's namespaces; like the others it is busybox, which needs no compiler. */
export const PAUSE = 'localhost/pause:1';

interface Contents {
  files: Record<string, string>;
  config: Record<string, unknown>;
}

const SHELL = { Cmd: ['/bin/sh'] };
const CONTENTS: Record<string, Contents> = {
  [PAUSE]: { files: {}, config: { Entrypoint: ['/bin/sleep', '2147483647'] } },
  [IMAGES.busybox]: { files: {}, config: SHELL },
  [IMAGES.bash]: { files: { 'bin/bash': '/bin/bash-static' }, config: SHELL },
};

/** Writes each image as a file that `ctr images import` takes, without Docker and without a registry. */
export function makeImages(dir: string): string[] {
  return Object.entries(CONTENTS).map(([reference, contents], at) => {
    const archive = join(dir, `${at}.tar`);
    const aside = join(dir, `${at}`);
    mkdirSync(aside, { recursive: true });
    makeArchive(archive, aside, reference, contents);
    rmSync(aside, { recursive: true });
    return archive;
  });
}

/** The format of `docker save`. */
function makeArchive(archive: string, dir: string, reference: string, contents: Contents): void {
  const rootfs = join(dir, 'rootfs');
  makeRootfs(rootfs, contents.files);
  const layer = join(dir, 'layer.tar');
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
  const saved = join(dir, 'saved');
  mkdirSync(saved);
  renameSync(layer, join(saved, `${diffId}.tar`));
  writeFileSync(join(saved, config), JSON.stringify(image));
  const manifest = [{ Config: config, RepoTags: [reference], Layers: [`${diffId}.tar`] }];
  writeFileSync(join(saved, 'manifest.json'), JSON.stringify(manifest));
  pack(archive, saved);
}

function makeRootfs(rootfs: string, files: Record<string, string>): void {
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
  for (const [path, source] of Object.entries(files)) {
    mkdirSync(dirname(join(rootfs, path)), { recursive: true });
    copyFileSync(source, join(rootfs, path));
  }
}

function pack(archive: string, dir: string): void {
  const plain = ['--owner=0', '--group=0', '--numeric-owner', '--mtime=@0', '--sort=name'];
  execFileSync('tar', [...plain, '-C', dir, '-cf', archive, '.']);
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
