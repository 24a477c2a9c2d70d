import { expect, test } from 'vitest';
import { jobNameOf, parseExternalId, refOfJobName } from '../../../../engines/eks-spark/names.ts';
import { RUN } from '../../../support/spark/spec.ts';

test('a name says which attempt a job run is of', () => {
  expect(jobNameOf({ runId: RUN, attempt: 1 })).toBe(RUN);
  expect(jobNameOf({ runId: RUN, attempt: 12 })).toBe(`${RUN}-12`);
  for (const attempt of [1, 2, 12]) {
    expect(refOfJobName(jobNameOf({ runId: RUN, attempt }))).toEqual({ runId: RUN, attempt });
  }
  for (const name of [undefined, '', 'nightly', `${RUN}-`, `${RUN}-0`, `${RUN}x`, 'x'.repeat(36)]) {
    expect(refOfJobName(name)).toBeNull();
  }
});

test('an id of flotilla-os means the virtual cluster of its cluster', () => {
  expect(parseExternalId('vc2/1', 'vc1')).toEqual({ virtualCluster: 'vc2', id: '1' });
  expect(parseExternalId('1', 'vc1')).toEqual({ virtualCluster: 'vc1', id: '1' });
});
