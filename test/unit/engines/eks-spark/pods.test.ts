import type { V1ContainerStateTerminated, V1Pod } from '@kubernetes/client-node';
import { expect, test } from 'vitest';
import { factsOfPod } from '../../../../engines/eks-spark/pods.ts';
import type { SparkSettings } from '../../../../engines/eks-spark/settings.ts';
import { RUN, SETTINGS } from '../../../support/spark/spec.ts';

const JOB_LABELS = {
  'flotilla-run-id': RUN,
  'flotilla-run-attempt': '2',
  'emr-containers.amazonaws.com/job.id': '0001',
  'spark-app-selector': 'spark-1',
};
const LINKED: SparkSettings = {
  ...SETTINGS,
  links: { app: 'https://spark', history: 'https://history', metrics: 'https://metrics' },
};
const pod = (
  name: string,
  container: string,
  terminated: object = {},
  meta: object = {},
): V1Pod => ({
  metadata: { name, labels: JOB_LABELS, ...meta },
  spec: {
    containers: [
      {
        name: container,
        env: [
          { name: 'SPARK_DRIVER_URL', value: 'spark://CoarseGrained@spark-1-svc.emr.svc:7078' },
        ],
      },
    ],
  },
  status: {
    containerStatuses: [
      {
        name: container,
        image: '',
        imageID: '',
        ready: false,
        restartCount: 0,
        state: { terminated: terminated as V1ContainerStateTerminated },
      },
    ],
  },
});
const EXECUTOR = 'spark-kubernetes-executor';

test('a pod tells where people look, in the forms of flotilla-os', () => {
  expect(factsOfPod(pod(`${RUN}-exec-3`, EXECUTOR, { exitCode: 0 }), LINKED)).toEqual({
    ref: { runId: RUN, attempt: 2 },
    jobId: '0001',
    executor: `${RUN}-exec-3`,
    facts: {
      spark_app_id: 'spark-1',
      history_uri: 'https://history/spark-1/jobs/',
      metrics_uri: 'https://metrics?query=%40app_id%3Aspark-1',
      app_uri: 'https://spark/job/spark-1-svc',
    },
  });
});

test.each([
  ['spark-kubernetes-driver', { exitCode: 137, reason: 'OOMKilled' }, {}, { driver_oom: true }],
  [EXECUTOR, { exitCode: 137, reason: 'OOMKilled' }, {}, { executor_oom: true }],
  [EXECUTOR, { exitCode: 137, reason: 'Error' }, {}, { executor_oom: true }],
  [EXECUTOR, { exitCode: 1, reason: 'Error' }, {}, {}],
  // Spark deletes executors that it no longer needs.
  [EXECUTOR, { exitCode: 137, reason: 'Error' }, { deletionTimestamp: new Date(0) }, {}],
])('%s that ended with %j, %j: %j', (container, terminated, meta, flags) => {
  const one = pod('x', container, terminated, {
    ...meta,
    labels: { ...JOB_LABELS, 'spark-app-selector': '' },
  });
  expect(factsOfPod(one, LINKED)?.facts).toEqual(flags);
});

test('a pod of nobody we know tells nothing', () => {
  const labels = { 'emr-containers.amazonaws.com/job.id': '0001' };
  expect(factsOfPod({ metadata: { labels } }, LINKED)).toBeNull();
  expect(factsOfPod({ metadata: { labels: { 'flotilla-run-id': RUN } } }, LINKED)).toBeNull();
});
