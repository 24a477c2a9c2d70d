import { expect, test } from 'vitest';
import { virtualClusterOf } from '../../../../engines/eks-spark/open.ts';

const row = { name: 'prod', engine: 'eks', namespace: '', emrVirtualCluster: 'row' };

test.each([
  [{}, row, null],
  [{ emr_virtual_clusters: { prod: 'map' } }, row, 'map'],
  [{ emr_job_namespace: 'emr' }, { ...row, namespace: 'emr' }, 'row'],
  [
    { emr_job_namespace: 'emr', emr_virtual_clusters: { prod: 'map' } },
    { ...row, namespace: 'else' },
    'map',
  ],
  [{}, { ...row, engine: 'eks-spark' }, 'row'],
])('%j and %j: the virtual cluster is %s', (config, cluster, id) => {
  const full = { emr_job_namespace: 'spark', ...config };
  expect(virtualClusterOf(full, cluster)).toBe(id);
});
