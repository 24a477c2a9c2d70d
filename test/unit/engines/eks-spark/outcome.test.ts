import type { JobRun } from '@aws-sdk/client-emr-containers';
import { expect, test } from 'vitest';
import { judge } from '../../../../engines/eks-spark/outcome.ts';

const GENERIC =
  'JobRun failed. Please refer logs uploaded to S3/CloudWatch based on your monitoring configuration.';
const LOOK = 'Job failed, please look at Driver Init and/or Driver Stdout logs.';
const failed = (failureReason: JobRun['failureReason'], stateDetails = GENERIC): JobRun => ({
  state: 'FAILED',
  stateDetails,
  createdAt: new Date(1),
  finishedAt: new Date(3),
  ...(failureReason === undefined ? {} : { failureReason }),
});

test.each([
  [failed('USER_ERROR'), { exitCode: -1, failure: 'app-exit', reason: LOOK }],
  [failed(undefined), { exitCode: -1, failure: 'app-exit', reason: LOOK }],
  [
    failed('USER_ERROR', 'the role is not trusted'),
    { exitCode: -1, reason: 'the role is not trusted' },
  ],
  [
    failed('VALIDATION_ERROR'),
    { exitCode: -1, failure: 'start-error', reason: 'VALIDATION_ERROR' },
  ],
  [failed('INTERNAL_ERROR'), { exitCode: null, failure: 'host-fault', reason: 'INTERNAL_ERROR' }],
  [failed('CLUSTER_UNAVAILABLE'), { exitCode: null, failure: 'unknown' }],
  [
    { state: 'COMPLETED', stateDetails: 'done', createdAt: new Date(1) } satisfies JobRun,
    { exitCode: 0, failure: null, reason: 'done', startedAt: new Date(1), startedAtGuessed: true },
  ],
  [
    { state: 'CANCELLED', createdAt: new Date(1) } satisfies JobRun,
    { exitCode: null, failure: 'deleted-by-hand', startedAt: null },
  ],
])('%j ends as %j', (jobRun, outcome) => {
  expect(judge(jobRun)).toMatchObject({ phase: 'STOPPED', alive: false, outcome });
});

test('host-level failures come with evidence in the words of EMR', () => {
  const { outcome } = judge(failed('INTERNAL_ERROR', 'something broke'));
  expect(outcome?.evidence).toBe('INTERNAL_ERROR: something broke');
});

test.each([
  ['PENDING', 'PENDING'],
  ['SUBMITTED', 'PENDING'],
  ['RUNNING', 'RUNNING'],
  ['CANCEL_PENDING', 'RUNNING'],
] as const)('%s is %s', (state, phase) => {
  expect(judge({ state })).toMatchObject({ phase, outcome: null, alive: true });
});

test('when it was heard to run is when it began', () => {
  const { outcome } = judge(failed('USER_ERROR'), { startedAt: new Date(2) });
  expect(outcome).toMatchObject({ startedAt: new Date(2), startedAtGuessed: false });
});
