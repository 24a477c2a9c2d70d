import { expect, test } from 'vitest';
import { planAdoption, type OpenForeignRun, type Served } from '../../../domain/adoption.ts';

const SERVED: Served = {
  clusters: [
    { name: 'old', engine: null },
    { name: 'spark', engine: 'eks-spark' },
    { name: 'fargate', engine: 'ecs' },
    { name: 'here', engine: 'local' },
    { name: 'here', engine: 'eks' },
  ],
  engineDefault: 'eks',
  jobNamespace: 'jobs',
  isBuilt: () => true,
};
function run(more: Partial<OpenForeignRun>): OpenForeignRun {
  return {
    runId: 'r',
    status: 'QUEUED',
    engine: 'eks',
    clusterName: 'old',
    taskArn: null,
    podName: null,
    sparkExtension: null,
    ...more,
  };
}
const spark = (more: Partial<OpenForeignRun>): OpenForeignRun =>
  run({ engine: 'eks-spark', clusterName: 'spark', ...more });
const ecs = (more: Partial<OpenForeignRun>): OpenForeignRun =>
  run({ engine: 'ecs', clusterName: 'fargate', ...more });

test.each([
  ['QUEUED, unlaunched', run({})],
  ['NEEDS_RETRY, unlaunched', run({ status: 'NEEDS_RETRY' })],
  ['EMR, without a job', spark({ sparkExtension: { emr_job_id: '' } })],
  ['ECS, without a task', ecs({ taskArn: '' })],
  ['the first row of a cluster counts', run({ engine: 'local', clusterName: 'here' })],
])('%s: is launched after a look', (_, one) => {
  expect(planAdoption(one, SERVED)).toEqual({ kind: 'queue' });
});

test.each([
  ['a Job is named after its run', run({ status: 'RUNNING' }), 'jobs/r'],
  ['PENDING', run({ status: 'PENDING', podName: 'r-x1' }), 'jobs/r'],
  ['QUEUED, though its pod is known', run({ podName: 'r-x1' }), 'jobs/r'],
  [
    'EMR on a cluster of EKS',
    spark({ clusterName: 'old', sparkExtension: { emr_job_id: '2' } }),
    '2',
  ],
  ['EMR', spark({ sparkExtension: { emr_job_id: '0001' } }), '0001'],
  [
    'EMR, on an EKS cluster with a virtual cluster',
    run({
      engine: 'eks-spark',
      sparkExtension: { emr_job_id: '0001', virtual_cluster_id: 'vc1' },
    }),
    'vc1/0001',
  ],
  ['ECS', ecs({ status: 'PENDING', taskArn: 'arn:1' }), 'arn:1'],
  ['NEEDS_RETRY of a launched one', ecs({ status: 'NEEDS_RETRY', taskArn: 'arn:1' }), 'arn:1'],
])('%s: is followed', (_, one, externalId) => {
  expect(planAdoption(one, SERVED)).toEqual({ kind: 'follow', externalId });
});

test.each([
  [run({ clusterName: 'nowhere' }), 'cluster nowhere is not known here'],
  [run({ clusterName: null }), 'it has no cluster'],
  [run({ clusterName: 'spark' }), 'cluster spark is of engine eks-spark, not eks'],
  [
    spark({ status: 'RUNNING', sparkExtension: null }),
    'its row does not say which job it is, though RUNNING',
  ],
])('%j is left, and why', (one, why) => {
  expect(planAdoption(one, SERVED)).toEqual({ kind: 'leave', why });
});

test('an engine that is not built in is left, and why', () => {
  const { isBuilt: _, ...served } = SERVED;
  expect(planAdoption(run({ engine: 'condor' }), served)).toEqual({
    kind: 'leave',
    why: 'engine condor is not served by this version',
  });
});
