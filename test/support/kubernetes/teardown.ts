import { existsSync, readFileSync, rmSync } from 'node:fs';
import { killCgroup, removeCgroup } from '../linux/cgroups.ts';
import { run } from '../linux/commands.ts';
import { netOf, type ClusterFacts } from './facts.ts';

/**
 * Ends a cluster and removes all of it, from any process, also when it is half up or half gone.
 * Everything that it runs, containers too, is in its control groups, and its mounts are in namespaces
 * that end with the processes.
 */
export async function tearDown(facts: ClusterFacts): Promise<void> {
  await killCgroup(`/${facts.id}`);
  removeCgroup(`/${facts.id}`);
  if (existsSync(netOf(facts))) await run('ip', ['netns', 'del', facts.id]);
  rmSync(facts.root, { recursive: true, force: true, maxRetries: 5 });
}

/** What `startCluster` wrote before it started anything. */
export function readFacts(file: string): ClusterFacts {
  return JSON.parse(readFileSync(file, 'utf8')) as ClusterFacts;
}
