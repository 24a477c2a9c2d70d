import type { V1Job } from '@kubernetes/client-node';
import { newRunId } from '../../../domain/run.ts';
import { eventually } from '../eventually.ts';
import { podsOf } from './objects.ts';
import type { TestCluster } from './test-cluster.ts';

export interface FormerJob {
  runId?: string;
  /** Instead of the cluster's own. */
  namespace?: string;
  /** Megabytes. */
  memory?: number;
  deadlineSeconds?: number;
  arch?: 'amd64' | 'arm64';
}

/** Nodes of flotilla-os have this label of Karpenter, which its Jobs insist on. */
export async function asOfFlotillaOs(cluster: TestCluster): Promise<void> {
  if (cluster.untouchable !== null) return;
  const label = 'karpenter.sh/capacity-type=on-demand';
  await cluster.kubectl('label', 'nodes', '--all', '--overwrite', label);
}

/**
 * Makes a Job as flotilla-os does (execution/adapter/eks_adapter.go), and nothing else: no row, no wait.
 * One field differs: it always pulls, and the tests' images are in no registry.
 * @returns the run's id
 */
export async function launchAsFormer(
  cluster: TestCluster,
  command: string,
  more: FormerJob = {},
): Promise<string> {
  const { namespace = cluster.namespace } = more;
  const job = formerJob(cluster, command, more);
  await cluster.kubectlWith(JSON.stringify(job), '--namespace', namespace, 'create', '-f', '-');
  return job.metadata?.name ?? '';
}

function formerJob(cluster: TestCluster, command: string, more: FormerJob): V1Job {
  const { runId = newRunId('eks'), memory = 512, arch = 'amd64', deadlineSeconds } = more;
  const resources = { cpu: '250m', memory: `${memory}M` };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: runId },
    spec: {
      ttlSecondsAfterFinished: 3600,
      backoffLimit: 0,
      ...(deadlineSeconds === undefined ? {} : { activeDeadlineSeconds: deadlineSeconds }),
      template: {
        metadata: {
          annotations: { 'prometheus.io/port': '9090', 'prometheus.io/scrape': 'true' },
          labels: {
            'cluster-name': cluster.context,
            'flotilla-run-id': runId,
            'flotilla-run-mode': 'prod',
            owner: 'ada',
            tier: 'tier4',
          },
        },
        spec: {
          schedulerName: 'default-scheduler',
          restartPolicy: 'Never',
          serviceAccountName: 'default',
          containers: [
            {
              name: runId,
              image: cluster.images.bash,
              imagePullPolicy: 'IfNotPresent',
              command: ['bash', '-l', '-cex', command],
              env: [
                { name: 'FLOTILLA_RUN_ID', value: runId },
                { name: 'FLOTILLA_SERVER_MODE', value: 'prod' },
              ],
              resources: { limits: resources, requests: resources },
            },
          ],
          affinity: { nodeAffinity: affinity(cluster, arch) },
          tolerations: [],
        },
      },
    },
  };
}

function affinity(cluster: TestCluster, arch: string) {
  const isOurs = cluster.untouchable === null;
  const matchExpressions = [
    ...(isOurs
      ? [{ key: 'karpenter.sh/capacity-type', operator: 'In', values: ['spot', 'on-demand'] }]
      : []),
    { key: 'kubernetes.io/arch', operator: 'In', values: [arch] },
  ];
  return {
    requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions }] },
  };
}

/** Waits until the Job controller says how a Job ended: `Complete` or `Failed`. */
export async function untilOver(cluster: TestCluster, runId: string): Promise<void> {
  const template = '{range .status.conditions[?(@.status=="True")]}{.type} {end}';
  const where = ['--namespace', cluster.namespace, '-o', `jsonpath=${template}`];
  await eventually(`the Job ${runId} is over`, async () =>
    /Complete|Failed/.test(await cluster.kubectl('get', 'job', runId, ...where)),
  );
}

export async function untilRunning(cluster: TestCluster, runId: string): Promise<void> {
  await eventually(`the pod of ${runId} runs`, async () => {
    const [pod] = await podsOf(cluster, runId);
    return pod?.status?.containerStatuses?.[0]?.state?.running !== undefined;
  });
}
