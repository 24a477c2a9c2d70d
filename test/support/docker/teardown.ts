import { existsSync, readFileSync, rmSync } from 'node:fs';
import { killCgroup, removeCgroup } from '../linux/cgroups.ts';
import { runSync } from '../linux/commands.ts';
import { netOf, type DockerFacts } from './facts.ts';

/**
 * Ends a daemon, its containerd, shims and containers, and removes all of it, from any process, also when
 * it is half up or half gone.
 */
export async function tearDown(facts: DockerFacts): Promise<void> {
  const { root, id } = facts;
  await killCgroup(`/${id}`);
  removeCgroup(`/${id}`);
  if (existsSync(netOf(facts))) runSync('ip', 'netns', 'del', id);
  for (const mount of mountsBelow(root)) runSync('umount', '--lazy', mount);
  rmSync(root, { recursive: true, force: true, maxRetries: 5 });
}

/** The last mounted comes first. */
export function mountsBelow(root: string): string[] {
  const lines = readFileSync('/proc/self/mounts', 'utf8').split('\n');
  const points = lines.map((line) => line.split(' ')[1] ?? '');
  return points.filter((point) => point.startsWith(`${root}/`)).toReversed();
}
