import type { V1ContainerState, V1Job, V1Pod } from '@kubernetes/client-node';
import { expect, test } from 'vitest';
import { goneOutcome } from '../../../../engines/eks/ended.ts';
import { judge, type Circumstances } from '../../../../engines/eks/outcome.ts';

const RUN = 'eks-6ec6-65ae-4225-b075-4f62751f543a';
const T = (seconds: number): Date => new Date(Date.UTC(2026, 0, 1, 12, 0, seconds));

const BY: Circumstances = {
  now: T(30),
  settings: { imageRefusedSeconds: 10, imageUnreachableSeconds: 20, hostLostSeconds: 0 },
  pullError: null,
  node: null,
};

function podWith(state: V1ContainerState, more: Partial<V1Pod> = {}): V1Pod {
  return {
    metadata: Object.assign({ name: `${RUN}-abcde` }, more.metadata),
    spec: { containers: [{ name: RUN }], nodeName: 'node1' },
    status: Object.assign(
      {
        phase: 'Running',
        startTime: T(0),
        containerStatuses: [
          { name: RUN, state, image: '', imageID: '', ready: false, restartCount: 0 },
        ],
      },
      more.status,
    ),
  };
}

const ended = (exitCode: number, reason: string, more: object = {}): V1ContainerState => ({
  terminated: { exitCode, reason, startedAt: T(1), finishedAt: T(5), ...more },
});

const disrupted = (reason: string, at = T(4)): Partial<V1Pod> => ({
  status: {
    phase: 'Failed',
    conditions: [
      { type: 'DisruptionTarget', status: 'True', reason, message: 'm', lastTransitionTime: at },
    ],
  },
});

const failedJob = (reason: string, message: string): V1Job => ({
  status: { conditions: [{ type: 'Failed', status: 'True', reason, message }] },
});

const CASES: [string, V1Job | null, V1Pod | null, object][] = [
  ['exit 0', null, podWith(ended(0, 'Completed')), { exitCode: 0, failure: null }],
  ['exit 3', null, podWith(ended(3, 'Error')), { exitCode: 3, failure: 'app-exit' }],
  ['oom', null, podWith(ended(137, 'OOMKilled')), { exitCode: 137, failure: 'oom' }],
  [
    'no bash',
    null,
    podWith(ended(128, 'StartError', { message: 'runc: exec: "bash": not found in $PATH' })),
    { exitCode: 128, failure: 'start-error', reason: 'exec: "bash": not found in $PATH' },
  ],
  [
    'a container that the node lost',
    null,
    podWith(ended(137, 'ContainerStatusUnknown', { message: 'could not be located' })),
    { exitCode: null, failure: 'host-lost' },
  ],
  ...(
    [
      ['PreemptionByScheduler', 'preempted'],
      ['EvictionByEvictionAPI', 'evicted'],
      ['TerminationByKubelet', 'evicted'],
      ['DeletionByTaintManager', 'host-lost'],
      ['DeletionByPodGC', 'host-lost'],
    ] as const
  ).map(([reason, failure]): (typeof CASES)[number] => [
    reason,
    null,
    podWith(ended(143, 'Error'), disrupted(reason)),
    { exitCode: null, failure, evidence: expect.stringContaining(reason) as string },
  ]),
  [
    'a job that was over before it was disrupted',
    null,
    podWith(ended(3, 'Error'), disrupted('EvictionByEvictionAPI', T(9))),
    { exitCode: 3, failure: 'app-exit' },
  ],
  [
    'a job that ends well while it is being disrupted',
    null,
    podWith(ended(0, 'Completed'), disrupted('PreemptionByScheduler')),
    { exitCode: 0, failure: null },
  ],
  [
    'memory of the node',
    null,
    podWith({}, { status: { phase: 'Failed', reason: 'Evicted', message: 'low on memory' } }),
    { exitCode: null, failure: 'evicted' },
  ],
  [
    'more disk than it may use',
    null,
    podWith(
      {},
      {
        status: {
          phase: 'Failed',
          reason: 'Evicted',
          message: 'Pod ephemeral local storage usage exceeds the total limit of containers 5M.',
        },
      },
    ),
    { exitCode: null, failure: 'app-exit' },
  ],
  [
    'a node that has no room after all',
    null,
    podWith({}, { status: { phase: 'Failed', reason: 'OutOfcpu', message: 'no cpu' } }),
    { exitCode: null, failure: 'host-fault' },
  ],
  [
    'the deadline of its pod',
    null,
    podWith(ended(137, 'Error'), {
      status: { phase: 'Failed', reason: 'DeadlineExceeded', message: 'too long' },
    }),
    { exitCode: 124, failure: 'deadline', reason: 'too long' },
  ],
  [
    'a pod that somebody deleted',
    null,
    podWith(ended(137, 'Error'), {
      metadata: {
        name: `${RUN}-abcde`,
        deletionTimestamp: T(5),
        deletionGracePeriodSeconds: 1,
      },
    }),
    { exitCode: null, failure: 'deleted-by-hand' },
  ],
  [
    'a pod that somebody deleted after its end',
    null,
    podWith(ended(3, 'Error'), {
      metadata: {
        name: `${RUN}-abcde`,
        deletionTimestamp: T(9),
        deletionGracePeriodSeconds: 1,
      },
    }),
    { exitCode: 3, failure: 'app-exit' },
  ],
  [
    'a Job whose pod is gone, by its exit code',
    failedJob(
      'PodFailurePolicy',
      'Container x for pod n/p failed with exit code 7 matching FailJob rule at index 1',
    ),
    null,
    { exitCode: 7, failure: 'app-exit' },
  ],
  [
    'a Job whose pod was disrupted and is gone',
    failedJob(
      'PodFailurePolicy',
      'Pod n/p has condition DisruptionTarget matching FailJob rule at index 0',
    ),
    null,
    { exitCode: null, failure: 'evicted' },
  ],
  [
    'a Job that only says that it failed',
    failedJob('BackoffLimitExceeded', 'Job has reached the specified backoff limit'),
    null,
    { exitCode: null, failure: 'unknown' },
  ],
];

test.each(CASES)('%s', (_, job, pod, outcome) => {
  const judged = judge(job, pod, BY);
  expect(judged).toMatchObject({ phase: 'STOPPED', alive: false });
  expect(judged.outcome).toMatchObject(outcome);
});

const waiting = (reason: string, message: string): V1Pod =>
  podWith({ waiting: { reason, message } });
const REFUSED = 'rpc error: code = NotFound desc = failed to pull image "r/x:1": r/x:1: not found';
const AWAY = 'dial tcp 10.0.0.1:443: connect: connection refused';

test.each([
  ['a refused image is waited for at first', REFUSED, 5, null],
  ['a refused image ends it', REFUSED, 11, 'image-permanent'],
  ['a registry that is away is waited for', AWAY, 11, null],
  ['a registry that is away for too long', AWAY, 21, 'image-transient'],
])('%s', (_, message, seconds, failure) => {
  const judged = judge(null, waiting('ErrImagePull', message), { ...BY, now: T(seconds) });
  if (failure === null) {
    expect(judged).toMatchObject({ phase: 'PENDING', outcome: null, alive: true });
    expect(judged.note).toContain('image');
  } else {
    expect(judged).toMatchObject({ phase: 'STOPPED', alive: true, outcome: { failure } });
    expect(judged.outcome?.evidence).toBeTruthy();
  }
});

const running = podWith({ running: { startedAt: T(1) } });
const node = { name: 'node1', since: T(0), evidence: 'node node1 is not ready since then' };

test('a silent node leaves a job running, and it says so', () => {
  const judged = judge(null, running, { ...BY, node: { ...node, state: 'silent' } });
  expect(judged).toMatchObject({ phase: 'RUNNING', outcome: null });
  expect(judged.note).toContain('may still run there');
});

test('a node that is fenced, or silent for longer than anybody waits, is lost', () => {
  const fenced = judge(null, running, { ...BY, node: { ...node, state: 'fenced' } });
  expect(fenced).toMatchObject({ phase: 'STOPPED', outcome: { failure: 'host-lost' } });
  const settings = { ...BY.settings, hostLostSeconds: 29 };
  const overdue = judge(null, running, { ...BY, settings, node: { ...node, state: 'silent' } });
  expect(overdue.outcome?.evidence).toContain('not confirmed');
  const soon = { ...settings, hostLostSeconds: 31 };
  const early = judge(null, running, { ...BY, settings: soon, node: { ...node, state: 'silent' } });
  expect(early.phase).toBe('RUNNING');
});

test('what was asked to end runs until its pod has ended, and then has its own code', () => {
  const job: V1Job = { metadata: { annotations: { 'flotilla/ended': '2026-01-01T12:00:04Z' } } };
  expect(judge(job, running, BY)).toMatchObject({ phase: 'RUNNING', outcome: null });
  const metadata = {
    name: `${RUN}-abcde`,
    deletionTimestamp: T(5),
    deletionGracePeriodSeconds: 1,
  };
  const over = judge(job, podWith(ended(7, 'Error'), { metadata }), BY);
  expect(over.outcome).toMatchObject({ exitCode: 7, failure: 'app-exit' });
  expect(judge(job, null, BY)).toMatchObject({ phase: 'STOPPED', alive: false });
});

test('a pod that is gone without an end says why, where it was told', () => {
  expect(goneOutcome(podWith({}, disrupted('PreemptionByScheduler')))).toMatchObject({
    failure: 'preempted',
  });
  expect(goneOutcome(podWith({}))).toBeNull();
});

test('a pod that the Job controller took away at the Job’s own deadline was not deleted by hand', () => {
  const metadata = {
    name: `${RUN}-abcde`,
    deletionTimestamp: T(5),
    deletionGracePeriodSeconds: 1,
  };
  const pod = podWith(ended(137, 'Error'), { metadata });
  expect(judge(null, pod, BY).outcome).toMatchObject({ failure: 'deleted-by-hand' });
  const job = failedJob('DeadlineExceeded', 'Job was active longer than specified deadline');
  expect(judge(job, pod, BY).outcome).toMatchObject({
    exitCode: 124,
    failure: 'deadline',
    reason: 'Job was active longer than specified deadline',
    finishedAt: T(5),
  });
  const other = failedJob('BackoffLimitExceeded', 'm');
  expect(judge(other, pod, BY).outcome).toMatchObject({ failure: 'deleted-by-hand' });
});
