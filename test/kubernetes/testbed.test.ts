import { randomUUID } from 'node:crypto';
import {
  BatchV1Api,
  CoreV1Api,
  CustomObjectsApi,
  KubeConfig,
  type V1Container,
  type V1Job,
  type V1Pod,
} from '@kubernetes/client-node';
import { expect, test } from 'vitest';
import { breakableFor, clusterFor } from '../support/kubernetes/attach.ts';
import type { TestCluster } from '../support/kubernetes/test-cluster.ts';
import { eventually } from '../support/eventually.ts';

function open(cluster: TestCluster): { batch: BatchV1Api; core: CoreV1Api } {
  const config = new KubeConfig();
  config.loadFromFile(cluster.restrictedKubeconfig);
  return { batch: config.makeApiClient(BatchV1Api), core: config.makeApiClient(CoreV1Api) };
}

/** A Job that runs a command once, with bash unless `container` says otherwise. */
async function launch(
  cluster: TestCluster,
  command: string,
  container: Partial<V1Container> = {},
  node?: string,
): Promise<string> {
  const name = `testbed-${randomUUID().slice(0, 8)}`;
  const main: V1Container = {
    name: 'main',
    image: cluster.images.bash,
    imagePullPolicy: 'IfNotPresent',
    command: ['bash', '-l', '-cex', command],
    ...container,
  };
  const body: V1Job = {
    metadata: { name },
    spec: {
      backoffLimit: 0,
      template: {
        spec: {
          restartPolicy: 'Never',
          terminationGracePeriodSeconds: 1,
          containers: [main],
          ...(node === undefined ? {} : { nodeSelector: { 'kubernetes.io/hostname': node } }),
        },
      },
    },
  };
  await open(cluster).batch.createNamespacedJob({ namespace: cluster.namespace, body });
  return name;
}

async function podOf(cluster: TestCluster, job: string): Promise<V1Pod | undefined> {
  const asked = { namespace: cluster.namespace, labelSelector: `job-name=${job}` };
  return (await open(cluster).core.listNamespacedPod(asked)).items[0];
}

function stateOf(pod: V1Pod | undefined) {
  return pod?.status?.containerStatuses?.[0]?.state;
}

function ended(cluster: TestCluster, job: string) {
  return eventually(`the container of ${job} ends`, async () => {
    return stateOf(await podOf(cluster, job))?.terminated;
  });
}

function conditionOf(cluster: TestCluster, node: string): Promise<string | undefined> {
  return open(cluster)
    .core.readNode({ name: node })
    .then((read) => read.status?.conditions?.find(({ type }) => type === 'Ready')?.status);
}

test('a job runs, exits with its code, and its log can be read', async (context) => {
  const cluster = clusterFor(context);
  const job = await launch(cluster, 'echo hello from $HOSTNAME; exit 7');
  expect(await ended(cluster, job)).toMatchObject({ exitCode: 7, reason: 'Error' });
  const pod = (await podOf(cluster, job))?.metadata?.name ?? '';
  const { core } = open(cluster);
  const log = await core.readNamespacedPodLog({ name: pod, namespace: cluster.namespace });
  expect(log).toContain(`hello from ${pod}`);
});

test('what jobs note is on record before they end, line by line', async (context) => {
  const cluster = clusterFor(context);
  const mark = randomUUID();
  const times = 40;
  const busybox = { image: cluster.images.busybox };
  const command = `for i in $(seq ${times}); do ${cluster.ledger.note(`${mark} $HOSTNAME $i`)} || exit 9; done`;
  const jobs = await Promise.all([
    launch(cluster, command),
    launch(cluster, command, { ...busybox, command: ['sh', '-ec', command] }),
    launch(cluster, command),
  ]);
  for (const job of jobs) expect(await ended(cluster, job)).toMatchObject({ exitCode: 0 });
  const lines = cluster.ledger.lines().filter((line) => line.startsWith(mark));
  expect(new Set(lines).size).toBe(times * jobs.length);
  expect(lines.every((line) => /^\S+ testbed-\S+ \d+$/.test(line))).toBe(true);
});

test('a job that outgrows its memory is killed by the kernel', async (context) => {
  const cluster = clusterFor(context);
  const eat = 'tail /dev/zero';
  const limits = { memory: '32Mi' };
  const job = await launch(cluster, eat, { resources: { limits } });
  expect(await ended(cluster, job)).toMatchObject({ exitCode: 137, reason: 'OOMKilled' });
});

test('the service may not do more than it needs to', async (context) => {
  const cluster = clusterFor(context);
  const { core } = open(cluster);
  await expect(core.listSecretForAllNamespaces()).rejects.toMatchObject({ code: 403 });
  await expect(core.listNamespacedPod({ namespace: 'kube-system' })).rejects.toMatchObject({
    code: 403,
  });
});

test('a node whose power fails is noticed in seconds, and comes back', async (context) => {
  const cluster = breakableFor(context);
  const mark = randomUUID();
  const beat = `while true; do ${cluster.ledger.note(mark)}; sleep 0.2; done`;
  const job = await launch(cluster, beat, {}, 'node2');
  const beats = (): number => cluster.ledger.lines().filter((line) => line === mark).length;
  await eventually('it runs', () => beats() > 2);
  await cluster.killNode(2);
  const atDeath = beats();
  const killed = Date.now();
  await eventually('node2 is lost', async () => {
    return (await conditionOf(cluster, 'node2')) === 'Unknown';
  });
  expect(Date.now() - killed).toBeLessThan(20_000);
  expect(beats()).toBe(atDeath);
  expect(await conditionOf(cluster, 'node1')).toBe('True');
  await cluster.startNode(2);
  await eventually('node2 is back', async () => {
    return (await conditionOf(cluster, 'node2')) === 'True';
  });
  await eventually('the job that was lost is over', async () => {
    const pod = await podOf(cluster, job);
    return pod === undefined || pod.status?.phase === 'Failed';
  });
  expect(beats()).toBe(atDeath);
  const next = await launch(cluster, 'exit 0', {}, 'node2');
  expect(await ended(cluster, next)).toMatchObject({ exitCode: 0 });
});

test('an image cannot be pulled while the registry is down', async (context) => {
  const cluster = breakableFor(context);
  const image = await cluster.push(cluster.images.bash, `pulled:${randomUUID()}`);
  await cluster.ctl('kill', 'registry');
  const job = await launch(cluster, 'exit 3', { image });
  const reason = await eventually('the pull fails', async () => {
    return stateOf(await podOf(cluster, job))?.waiting?.reason?.match(/ErrImagePull|BackOff/)?.[0];
  });
  expect(reason).toMatch(/ErrImagePull|BackOff/);
  await cluster.ctl('start', 'registry');
  expect(await ended(cluster, job)).toMatchObject({ exitCode: 3 });
});

test('jobs go on while the API server is down', async (context) => {
  const cluster = breakableFor(context);
  const mark = randomUUID();
  const job = await launch(cluster, `sleep 3; ${cluster.ledger.note(mark)}; exit 5`);
  await eventually('it runs', async () => stateOf(await podOf(cluster, job))?.running);
  await cluster.ctl('kill', 'apiserver');
  await expect(podOf(cluster, job)).rejects.toThrow(/fetch|socket|connect|ECONN/i);
  await eventually('the job notes', () => cluster.ledger.lines().includes(mark));
  await cluster.ctl('start', 'apiserver');
  await cluster.apiReady();
  expect(await ended(cluster, job)).toMatchObject({ exitCode: 5 });
});

test('what pods use is what the test says, and nothing when it says so', async (context) => {
  const cluster = breakableFor(context);
  const job = await launch(cluster, 'sleep 60');
  await eventually('it runs', async () => stateOf(await podOf(cluster, job))?.running);
  await cluster.setMetrics({ [job]: { cpu: '250m', memory: '64Mi' } });
  context.onTestFinished(() => cluster.setMetrics(null));
  const config = new KubeConfig();
  config.loadFromFile(cluster.restrictedKubeconfig);
  const custom = config.makeApiClient(CustomObjectsApi);
  const asked = {
    ...{ group: 'metrics.k8s.io', version: 'v1beta1', plural: 'pods' },
    namespace: cluster.namespace,
  };
  // Also what other tests left is there; only what is named is measured.
  expect(await custom.listNamespacedCustomObject(asked)).toMatchObject({
    items: [{ containers: [{ name: 'main', usage: { cpu: '250m', memory: '64Mi' } }] }],
  });
  await cluster.setMetrics(null);
  // In plain text, which the client's own class for metrics makes a 500 of.
  await expect(custom.listNamespacedCustomObject(asked)).rejects.toMatchObject({ code: 404 });
});
