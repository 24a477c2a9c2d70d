import { mkdirSync, readFileSync, rmdirSync, writeFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';

const BYTES_PER_MEGABYTE = 1_000_000;

/** Where this process may make control groups with a memory limit. */
export interface CgroupRoot {
  version: 1 | 2;
  dir: string;
}

export interface CgroupFiles {
  mounts: string;
  own: string;
}

/**
 * Finds a place for control groups by trying one. Null where none can be made (macOS, most
 * containers, users without delegation): jobs then run without a memory limit, and say so.
 * @param files contents of /proc/self/mounts and /proc/self/cgroup
 */
export function findCgroupRoot(files: CgroupFiles | null = readProc()): CgroupRoot | null {
  if (files === null) return null;
  return candidates(files).find(works) ?? null;
}

function readProc(): CgroupFiles | null {
  try {
    return {
      mounts: readFileSync('/proc/self/mounts', 'utf8'),
      own: readFileSync('/proc/self/cgroup', 'utf8'),
    };
  } catch {
    return null;
  }
}

/** Places to try, best first: below our own group, then at the top of the hierarchy. */
export function candidates(files: CgroupFiles): CgroupRoot[] {
  const mounts = files.mounts.split('\n').map((line) => line.split(' '));
  const own = files.own.split('\n').map((line) => line.split(':'));
  const found: CgroupRoot[] = [];
  const memoryMount = mounts.find(
    ([, , type, options]) => type === 'cgroup' && options?.split(',').includes('memory'),
  )?.[1];
  const memoryOwn = own.find(([, controllers]) => controllers?.split(',').includes('memory'))?.[2];
  if (memoryMount !== undefined) {
    if (memoryOwn !== undefined) found.push({ version: 1, dir: join(memoryMount, memoryOwn) });
    found.push({ version: 1, dir: memoryMount });
  }
  const unifiedMount = mounts.find(([, , type]) => type === 'cgroup2')?.[1];
  const unifiedOwn = own.find(([id]) => id === '0')?.[2];
  if (unifiedMount !== undefined) {
    if (unifiedOwn !== undefined) found.push({ version: 2, dir: join(unifiedMount, unifiedOwn) });
    found.push({ version: 2, dir: unifiedMount });
  }
  return found;
}

/** Proves a place by making a limited group there and removing it. */
function works(root: CgroupRoot): boolean {
  const probe = join(root.dir, `flotilla-probe-${randomUUID().slice(0, 8)}`);
  try {
    if (root.version === 2) enableMemory(root.dir);
    limit(root, probe, 64);
    return true;
  } catch {
    return false;
  } finally {
    removeCgroup(probe);
  }
}

/** Version 2 hands the memory controller to children only when told to. */
function enableMemory(dir: string): void {
  const control = join(dir, 'cgroup.subtree_control');
  if (!readFileSync(control, 'utf8').split(/\s/).includes('memory')) {
    writeFileSync(control, '+memory');
  }
}

/** Makes a group for one attempt and returns its path; the limit is in megabytes (10^6 bytes). */
export function makeCgroup(root: CgroupRoot, name: string, memoryMb: number | null): string {
  const dir = join(root.dir, name);
  limit(root, dir, memoryMb);
  return dir;
}

function limit(root: CgroupRoot, dir: string, memoryMb: number | null): void {
  mkdirSync(dir, { recursive: true });
  if (memoryMb === null) return;
  const bytes = String(memoryMb * BYTES_PER_MEGABYTE);
  if (root.version === 1) {
    writeFileSync(join(dir, 'memory.limit_in_bytes'), bytes);
    if (existsSync(join(dir, 'memory.memsw.limit_in_bytes'))) {
      writeFileSync(join(dir, 'memory.memsw.limit_in_bytes'), bytes);
    }
    return;
  }
  writeFileSync(join(dir, 'memory.max'), bytes);
  if (existsSync(join(dir, 'memory.swap.max'))) writeFileSync(join(dir, 'memory.swap.max'), '0');
}

/** Removes an empty group; one that is gone or still in use is no error. */
export function removeCgroup(dir: string): void {
  try {
    rmdirSync(dir);
  } catch {
    // In use until its last zombie is reaped; release tries again.
  }
}
