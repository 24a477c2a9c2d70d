import type { V1Job, V1Pod } from '@kubernetes/client-node';
import type { TestCluster } from './test-cluster.ts';

/** The Jobs of a run, as an administrator sees them. */
export function jobsOf(cluster: TestCluster, runId: string): Promise<V1Job[]> {
  return labelled<V1Job>(cluster, 'jobs', runId);
}

export function podsOf(cluster: TestCluster, runId: string): Promise<V1Pod[]> {
  return labelled<V1Pod>(cluster, 'pods', runId);
}

async function labelled<T>(cluster: TestCluster, kind: string, runId: string): Promise<T[]> {
  const said = await inNamespace(
    cluster,
    'get',
    kind,
    `--selector=flotilla-run-id=${runId}`,
    '-ojson',
  );
  return (JSON.parse(said) as { items: T[] }).items;
}

/** kubectl in the namespace of the jobs. */
export function inNamespace(cluster: TestCluster, ...args: string[]): Promise<string> {
  return cluster.kubectl('--namespace', cluster.namespace, ...args);
}

/** True unless a Job is suspended or over. */
export function couldRun({ spec, status }: V1Job): boolean {
  const over = status?.conditions?.some(
    (one) => one.status === 'True' && (one.type === 'Complete' || one.type === 'Failed'),
  );
  return spec?.suspend !== true && over !== true;
}
