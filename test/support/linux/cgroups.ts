import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../eventually.ts';

const MOUNT = '/sys/fs/cgroup';
const KILL_MS = 15_000;

/** One tree for all controllers (cgroup v2), or one for each (v1). */
function trees(): string[] {
  if (existsSync(join(MOUNT, 'cgroup.controllers'))) return [MOUNT];
  return readdirSync(MOUNT)
    .map((name) => join(MOUNT, name))
    .filter((tree) => existsSync(join(tree, 'cgroup.procs')));
}

/** The tree by which processes are found. Containers are in all of them. */
function mainTree(): string {
  return existsSync(join(MOUNT, 'cgroup.controllers')) ? MOUNT : join(MOUNT, 'pids');
}

/**
 * Makes a control group in every tree, its parents too, for children that are limited.
 * @param path below the root of each tree, such as `/flotilla-1/node1`
 */
export function makeCgroup(path: string): void {
  for (const tree of trees()) {
    let at = tree;
    for (const part of path.split('/').filter((name) => name !== '')) {
      delegate(at);
      at = join(at, part);
      mkdirSync(at, { recursive: true });
    }
  }
}

/** Under v2 a group must pass its controllers on, one by one, since some may be refused. */
function delegate(dir: string): void {
  const offered = join(dir, 'cgroup.controllers');
  if (!existsSync(offered)) return;
  for (const name of readFileSync(offered, 'utf8').split(/\s+/).filter(Boolean)) {
    try {
      writeFileSync(join(dir, 'cgroup.subtree_control'), `+${name}`);
    } catch {
      // The kubelet says what it misses.
    }
  }
}

/** A group that holds processes, and its file into which pids are written. */
export function makeProcessGroup(path: string): string {
  makeCgroup(path);
  return join(mainTree(), path, 'cgroup.procs');
}

/** Kills every process below a group, whatever it forks meanwhile, and waits for all. */
export async function killCgroup(path: string): Promise<void> {
  await eventually(
    `no process is left in ${path}`,
    () => {
      const pids = processesBelow(join(mainTree(), path));
      for (const pid of pids) kill(pid);
      return pids.length === 0;
    },
    KILL_MS,
  );
}

export function removeCgroup(path: string): void {
  for (const tree of trees()) removeBelow(join(tree, path));
}

function processesBelow(dir: string): number[] {
  if (!existsSync(dir)) return [];
  const own = attempt(() => readFileSync(join(dir, 'cgroup.procs'), 'utf8'), '');
  const pids = own
    .split('\n')
    .map(Number)
    .filter((pid) => pid > 1);
  return [...pids, ...childrenOf(dir).flatMap(processesBelow)];
}

function removeBelow(dir: string): void {
  if (!existsSync(dir)) return;
  for (const child of childrenOf(dir)) removeBelow(child);
  attempt(() => rmdirSync(dir), undefined);
}

function childrenOf(dir: string): string[] {
  const entries = attempt(() => readdirSync(dir, { withFileTypes: true }), []);
  return entries.filter((entry) => entry.isDirectory()).map((entry) => join(dir, entry.name));
}

function kill(pid: number): void {
  attempt(() => process.kill(pid, 'SIGKILL'), false);
}

/** Groups and processes go while one looks at them. */
function attempt<T>(act: () => T, otherwise: T): T {
  try {
    return act();
  } catch {
    return otherwise;
  }
}
