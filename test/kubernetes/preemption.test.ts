import { expect, test } from 'vitest';
import { breakableFor } from '../support/kubernetes/attach.ts';
import { attemptsOf, untilSaid } from '../support/observe.ts';
import { sharedFlotilla } from '../support/kubernetes/shared-flotilla.ts';
import type { TestCluster } from '../support/kubernetes/test-cluster.ts';

const { flotilla } = sharedFlotilla({ config: { eks_priority_class: 'test-low' } });

function priorityClass(name: string, value: number): object {
  return { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name }, value };
}

/** Takes most of a node. */
function bigPod(node: string, millicores: number, cluster: TestCluster): object {
  const resources = { requests: { cpu: `${millicores}m` } };
  const { busybox: image } = cluster.images;
  const command = ['sleep', '3600'];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `big-${node}`, namespace: cluster.namespace, labels: { big: 'yes' } },
    spec: {
      priorityClassName: 'test-high',
      nodeSelector: { 'kubernetes.io/hostname': node },
      terminationGracePeriodSeconds: 0,
      containers: [{ name: 'big', image, command, imagePullPolicy: 'IfNotPresent', resources }],
    },
  };
}

async function apply(cluster: TestCluster, objects: object[]): Promise<void> {
  const list = { apiVersion: 'v1', kind: 'List', items: objects };
  await cluster.kubectlWith(JSON.stringify(list), 'apply', '-f', '-');
}

test('a run that has to make room for another pod runs again when there is room', async (context) => {
  const cluster = breakableFor(context);
  const { namespace } = cluster;
  await apply(cluster, [priorityClass('test-low', 10), priorityClass('test-high', 1000)]);
  const go = async (): Promise<void> => {
    const all = ['--namespace', namespace, '-l', 'big=yes', '--wait=true'];
    await cluster.kubectl('delete', 'pods', ...all);
  };
  context.onTestFinished(go);
  const done = cluster.ledger.noteAttempt('done');
  const command = `if [ $FLOTILLA_RUN_ATTEMPT = 1 ]; then sleep 600; fi; ${done}`;
  const run = await flotilla().run(command, { cpu: 500 });
  await flotilla().until(run.run_id, 'RUNNING');
  const cpu = '{range .items[*]}{.metadata.name}={.status.allocatable.cpu} {end}';
  const nodes = await cluster.kubectl('get', 'nodes', '-o', `jsonpath=${cpu}`);
  const pods = nodes
    .trim()
    .split(' ')
    .map((node) => {
      const [name = '', cores = ''] = node.split('=');
      return bigPod(name, Number(cores) * 1000 - 300, cluster);
    });
  await apply(cluster, pods);
  const step = await untilSaid(flotilla(), run.run_id, /PreemptionByScheduler/, 'NEEDS_RETRY');
  expect(step.evidence).toContain('DisruptionTarget');
  const waits = await untilSaid(flotilla(), run.run_id, /^unschedulable: /, 'PENDING');
  expect(waits).toMatchObject({ attempt: 2 });
  await go();
  expect(await flotilla().until(run.run_id, 'STOPPED')).toMatchObject({ exit_code: 0 });
  expect(await attemptsOf(flotilla(), run.run_id)).toMatchObject([
    { failure_class: 'preempted' },
    { exit_code: 0 },
  ]);
  expect(cluster.ledger.attempts('done', run.run_id)).toEqual([2]);
});
