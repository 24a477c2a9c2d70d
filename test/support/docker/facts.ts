import { join } from 'node:path';
import type { Surroundings } from '../linux/components.ts';
import { makeCgroup, makeProcessGroup } from '../linux/cgroups.ts';

/** What there is to know of a daemon of our own; a value, so that any process can end it. */
export interface DockerFacts {
  /** Directory of everything that it writes. Short, because sockets below it have paths of 107 bytes. */
  root: string;
  /** Name of its control groups, and of its network namespace. */
  id: string;
  /** Whether it has a network of its own. */
  ownNetwork: boolean;
}

export function pathsOf({
  root,
}: DockerFacts): Record<'settings' | 'socket' | 'data' | 'exec' | 'pid', string> {
  return {
    settings: join(root, 'daemon.json'),
    socket: join(root, 's'),
    data: join(root, 'd'),
    exec: join(root, 'e'),
    pid: join(root, 'p'),
  };
}

/** Where its containers are, below the root of each tree of control groups. */
export function containersOf({ id }: DockerFacts): string {
  return `/${id}/containers`;
}

/** The file of its network namespace, where it has one. */
export function netOf({ id }: DockerFacts): string {
  return join('/run/netns', id);
}

/** Daemons run in one group, containers in another, so that all of either can be found. */
export function surroundingsOf(facts: DockerFacts): Surroundings {
  makeCgroup(containersOf(facts));
  const cgroup = makeProcessGroup(`/${facts.id}/programs`);
  return { cgroup, wholeGroup: false, ...(facts.ownNetwork ? { net: netOf(facts) } : {}) };
}
