import { renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { makeProcessGroup } from '../linux/cgroups.ts';
import type { Components } from '../linux/components.ts';
import { cgroupsOf, INSIDE, netOf, pathsOf, type ClusterFacts } from './facts.ts';
import type { TestCluster, Usages } from './test-cluster.ts';

const NAME = 'metrics';
const API_SERVICE = 'v1beta1.metrics.k8s.io';
const PROGRAM = fileURLToPath(new URL('metrics-server.ts', import.meta.url));
const AVAILABLE = ['--for=condition=Available', `apiservice/${API_SERVICE}`, '--timeout=60s'];

/** Says what pods use from now on, or, with null, that the cluster has no metrics any more. */
export async function setMetrics(
  facts: ClusterFacts,
  components: Components,
  cluster: TestCluster,
  usages: Usages | null,
): Promise<void> {
  if (usages === null) {
    await cluster.kubectl('delete', 'apiservice', API_SERVICE, '--ignore-not-found');
    return;
  }
  const file = pathsOf(facts).metrics;
  writeFileSync(`${file}.new`, JSON.stringify(usages));
  renameSync(`${file}.new`, file);
  if (components.names().includes(NAME)) components.restart(NAME);
  else startServer(facts, components);
  const text = manifests()
    .map((manifest) => stringify(manifest))
    .join('---\n');
  await cluster.kubectlWith(text, 'apply', '-f', '-');
  await cluster.kubectl('wait', ...AVAILABLE);
}

function startServer(facts: ClusterFacts, components: Components): void {
  const loader = createRequire(import.meta.url).resolve('tsx');
  const cgroup = makeProcessGroup(cgroupsOf(facts).programs);
  const command = [process.execPath, '--import', loader, PROGRAM, facts.root];
  components.start(NAME, command, { cgroup, net: netOf(facts) });
}

/** There is no kube-proxy: the API server reaches what stands behind the service by itself. */
function manifests(): object[] {
  const metadata = { name: NAME, namespace: 'kube-system' };
  const port = INSIDE.metrics;
  const service = { name: NAME, namespace: 'kube-system', port };
  return [
    { apiVersion: 'v1', kind: 'Service', metadata, spec: { ports: [{ name: 'https', port }] } },
    {
      // The aggregator of 1.33 looks for nothing newer.
      apiVersion: 'v1',
      kind: 'Endpoints',
      metadata,
      subsets: [{ addresses: [{ ip: INSIDE.gateway }], ports: [{ name: 'https', port }] }],
    },
    {
      apiVersion: 'apiregistration.k8s.io/v1',
      kind: 'APIService',
      metadata: { name: API_SERVICE },
      spec: {
        ...{ group: 'metrics.k8s.io', version: 'v1beta1', service, insecureSkipTLSVerify: true },
        ...{ groupPriorityMinimum: 100, versionPriority: 100 },
      },
    },
  ];
}
