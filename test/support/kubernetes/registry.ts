import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { makeProcessGroup } from '../linux/cgroups.ts';
import type { Components } from '../linux/components.ts';
import { cgroupsOf, INSIDE, netOf, type ClusterFacts } from './facts.ts';
import type { Node } from './node.ts';

/** The registry as the nodes see it. containerd speaks plain HTTP to loopback. */
export const REGISTRY_ADDRESS = `127.0.0.1:${INSIDE.registry}`;

export function startRegistry(facts: ClusterFacts, components: Components): void {
  const config = join(facts.root, 'registry.yml');
  const settings = {
    version: 0.1,
    log: { level: 'warn' },
    storage: { filesystem: { rootdirectory: join(facts.root, 'registry') } },
    http: { addr: REGISTRY_ADDRESS },
  };
  writeFileSync(config, stringify(settings));
  const cgroup = makeProcessGroup(cgroupsOf(facts).programs);
  const command = ['docker-registry', 'serve', config];
  components.start('registry', command, { cgroup, net: netOf(facts) });
}

/**
 * Pushes an image that the node has under a name of the registry, and makes the node forget that name,
 * so that the first pod pulls it.
 * @returns the name to pull it by
 */
export async function pushImage(node: Node, image: string, as: string): Promise<string> {
  const reference = `${REGISTRY_ADDRESS}/${as}`;
  await node.ctr('images', 'tag', '--force', image, reference);
  await node.ctr('images', 'push', '--plain-http', reference);
  await node.ctr('images', 'rm', '--sync', reference);
  return reference;
}
