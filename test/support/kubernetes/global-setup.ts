import type { TestProject } from 'vitest/node';
import servers from '../global-setup.ts';
import { findKubernetes } from '../provision/kubernetes.ts';
import type { ClusterHandle } from './attach.ts';
import { openExternal } from './external-cluster.ts';
import { startCluster } from './start.ts';

declare module 'vitest' {
  interface ProvidedContext {
    kubernetes: ClusterHandle;
  }
}

/** Postgres and Temporal as for all, and one Kubernetes for the project's files. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const stopServers = await servers(project);
  const { handle, stop } = await openCluster();
  project.provide('kubernetes', handle);
  return async () => {
    await stop();
    await stopServers();
  };
}

async function openCluster(): Promise<{ handle: ClusterHandle; stop: () => Promise<void> }> {
  const given = process.env['FLOTILLA_TEST_KUBECONFIG'];
  if (given !== undefined && given !== '') {
    const cluster = await openExternal(given);
    return { handle: { kind: 'external', facts: cluster.facts }, stop: () => cluster.stop() };
  }
  const say = (text: string): unknown => process.stdout.write(`${text}\n`);
  const found = await findKubernetes(say, { fetch: process.env['CI'] === 'true' });
  if ('why' in found) return { handle: { kind: 'none', why: found.why }, stop: async () => {} };
  const cluster = await startCluster({ binary: found.binary, nodes: 2, registry: true });
  return { handle: { kind: 'own', facts: cluster.facts }, stop: () => cluster.stop() };
}
