import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { newRunId } from '../../domain/run.ts';
import { ChangeQueue } from '../../engines/change-queue.ts';
import { openApi } from '../../engines/eks/connection.ts';
import { DEFAULT_LABEL_KEYS } from '../../engines/eks/names.ts';
import { JobRuns } from '../../engines/eks-spark/job-runs.ts';
import { watchPods } from '../../engines/eks-spark/pod-watch.ts';
import { JOB_LABEL } from '../../engines/eks-spark/pods.ts';
import { Region } from '../../engines/eks-spark/region.ts';
import type { Change } from '../../engines/engine.ts';
import { sharedCluster } from '../support/kubernetes/attach.ts';
import { inNamespace } from '../support/kubernetes/objects.ts';
import type { TestCluster } from '../support/kubernetes/test-cluster.ts';
import { SETTINGS } from '../support/spark/spec.ts';

const shared = sharedCluster();
const cluster = shared as TestCluster;
beforeEach(({ skip }) => {
  if ('why' in shared) skip(shared.why);
});

const LINKS = { app: 'https://spark', history: 'https://history', metrics: null };

/** Makes a pod as EMR and Spark do, of a job that is of no EMR. */
async function makePod(
  runId: string,
  name: string,
  container: { name: string; command: string; env?: { name: string; value: string }[] },
): Promise<void> {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      labels: {
        [JOB_LABEL]: `job-${runId}`,
        'spark-app-selector': `spark-${runId}`,
        [DEFAULT_LABEL_KEYS.runId]: runId,
        [DEFAULT_LABEL_KEYS.attempt]: '2',
      },
    },
    spec: {
      restartPolicy: 'Never',
      containers: [
        {
          name: container.name,
          image: cluster.images.bash,
          imagePullPolicy: 'IfNotPresent',
          command: ['bash', '-c', container.command],
          env: container.env ?? [],
          resources: { limits: { memory: '32Mi', cpu: '100m' } },
        },
      ],
    },
  };
  const to = ['--namespace', cluster.namespace, 'create', '-f', '-'];
  await cluster.kubectlWith(JSON.stringify(pod), ...to);
}

/** What a watch of pods tells of a run, until it has told enough. */
async function told(
  runId: string,
  enough: (changes: readonly Change[]) => boolean,
): Promise<Change[]> {
  const { value: region, close } = Region.open({ region: 'us-east-1' });
  const [ending, queue, changes] = [new AbortController(), new ChangeQueue(), [] as Change[]];
  const api = openApi(cluster.context, {
    directory: null,
    kubeconfig: cluster.restrictedKubeconfig,
    inCluster: null,
  });
  const watched = watchPods(
    {
      region,
      settings: { ...SETTINGS, links: LINKS },
      pods: { api, namespace: cluster.namespace },
      jobRuns: new JobRuns(region.emr, SETTINGS.virtualCluster),
      consumer: null,
      missing: new Map(),
    },
    queue,
    ending.signal,
  );
  try {
    for await (const change of queue.changes()) {
      if (!JSON.stringify(change).includes(runId)) continue;
      changes.push(change);
      if (enough(changes)) break;
    }
  } finally {
    ending.abort();
    await watched;
    await close();
  }
  return changes;
}

test('pods of a Spark job tell who was killed for memory, who runs, and where to look', async () => {
  const runId = newRunId('eks-spark');
  const [driver, executor] = [`${runId}-driver`, `${runId}-exec-1`];
  onTestFinished(async () => {
    const now = ['--grace-period=0', '--force', '--ignore-not-found'];
    await inNamespace(cluster, 'delete', 'pod', driver, executor, ...now);
  });
  // Which of the two is killed first depends on the machine.
  const heard = told(runId, (changes) => {
    const text = JSON.stringify(changes);
    return text.includes('driver_oom') && text.includes('executor_oom');
  });
  await makePod(runId, driver, {
    name: 'spark-kubernetes-driver',
    command: 'head -c 100000000 /dev/zero | tail',
  });
  await makePod(runId, executor, {
    name: 'spark-kubernetes-executor',
    command: 'sleep 3; head -c 100000000 /dev/zero | tail',
    env: [
      { name: 'SPARK_DRIVER_URL', value: 'spark://CoarseGrainedScheduler@it-svc.default.svc:7078' },
    ],
  });
  const own = await heard;
  const facts = own.flatMap((change) => (change.kind === 'spark' ? [change] : []));
  expect(facts.every(({ ref }) => ref.runId === runId && ref.attempt === 2)).toBe(true);
  expect(Object.assign({}, ...facts.map((one) => one.facts))).toEqual({
    spark_app_id: `spark-${runId}`,
    history_uri: `https://history/spark-${runId}/jobs/`,
    app_uri: 'https://spark/job/it-svc',
    driver_oom: true,
    executor_oom: true,
  });
  const events = own.flatMap((change) => (change.kind === 'event' ? [change.event] : []));
  expect(events.map(({ reason, source }) => [reason, source])).toEqual([
    ['ExecutorCreated', executor],
  ]);
}, 120_000);
