import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  DEFAULT_LABEL_KEYS,
  isLabelKey,
  isOf,
  jobName,
  labelValue,
  parseExternalId,
  refOfLabels,
  refOfName,
} from '../../../../engines/eks/names.ts';

const RUN = 'eks-5a44-17ed-4115-bfee-158a886ffc5b';

test.each([
  ['Ada.Lovelace@example.com', 'ada.lovelace_example.com'],
  ['  spaces  ', 'spaces'],
  ['__under__', 'under'],
  ['-.both.-', 'both'],
  ['日本', ''],
  ['a 🚀 b', 'a_b'],
  ['', ''],
  [`${'x'.repeat(62)}-y`, 'x'.repeat(62)],
])('as a label’s value %j is %j', (text, value) => {
  expect(labelValue(text)).toBe(value);
});

test('whatever somebody says, its label is one that Kubernetes takes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 100 }), (text) => {
      expect(labelValue(text)).toMatch(/^(([A-Za-z0-9][-A-Za-z0-9_.]{0,61})?[A-Za-z0-9])?$/);
    }),
  );
});

test.each([
  ['team', true],
  ['Team.Name_1', true],
  ['example.com/team', true],
  ['a', true],
  ['', false],
  ['-team', false],
  ['team-', false],
  ['two words', false],
  ['Example.com/team', false],
  ['a/b/c', false],
  ['/team', false],
  ['example.com/', false],
  ['x'.repeat(63), true],
  ['x'.repeat(64), false],
  ['job-name', false],
  ['controller-uid', false],
  ['batch.kubernetes.io/job-name', false],
])('that %j can be a label’s key is %s', (key, is) => {
  expect(isLabelKey(key)).toBe(is);
});

test.each([
  [RUN, 'Job', { runId: RUN, attempt: 1 }],
  [`${RUN}-2`, 'Job', { runId: RUN, attempt: 2 }],
  [`${RUN}-12`, 'Job', { runId: RUN, attempt: 12 }],
  [`${RUN}-x7k2p`, 'Pod', { runId: RUN, attempt: 1 }],
  [`${RUN}-2-x7k2p`, 'Pod', { runId: RUN, attempt: 2 }],
  // Five digits are as good as letters: a pod of the first attempt.
  [`${RUN}-12345`, 'Pod', { runId: RUN, attempt: 1 }],
  [`${RUN}-x7k2p`, 'Job', null],
  [RUN, 'Pod', null],
  ['short', 'Job', null],
  [`${RUN}x`, 'Job', null],
] as const)('%s is the name of a %s of %j', (name, kind, ref) => {
  expect(refOfName(name, kind)).toEqual(ref);
});

test('the name of an attempt leads back to it', () => {
  for (const attempt of [1, 2, 99]) {
    const ref = { runId: RUN, attempt };
    expect(refOfName(jobName(ref), 'Job')).toEqual(ref);
    expect(refOfName(`${jobName(ref)}-abcde`, 'Pod')).toEqual(ref);
  }
});

test('an attempt is told by its labels; what flotilla-os left counts as the first', () => {
  const { runId, attempt } = DEFAULT_LABEL_KEYS;
  expect(refOfLabels({ [runId]: RUN, [attempt]: '3' }, DEFAULT_LABEL_KEYS)).toEqual({
    runId: RUN,
    attempt: 3,
  });
  expect(refOfLabels({ [runId]: RUN }, DEFAULT_LABEL_KEYS)).toEqual({ runId: RUN, attempt: 1 });
  for (const odd of ['0', '-1', '1.5', 'x']) {
    expect(refOfLabels({ [runId]: RUN, [attempt]: odd }, DEFAULT_LABEL_KEYS)).toBeNull();
  }
  expect(refOfLabels({ [runId]: '' }, DEFAULT_LABEL_KEYS)).toBeNull();
  expect(refOfLabels(undefined, DEFAULT_LABEL_KEYS)).toBeNull();
  const template = { metadata: { labels: { [runId]: RUN } }, spec: { containers: [] } };
  const old = { spec: { template } };
  expect(isOf(old, { runId: RUN, attempt: 1 }, DEFAULT_LABEL_KEYS)).toBe(true);
  expect(isOf(old, { runId: RUN, attempt: 2 }, DEFAULT_LABEL_KEYS)).toBe(false);
});

test('an external id names namespace, Job and uid; what flotilla-os left only the Job', () => {
  expect(parseExternalId(`jobs/${RUN}/u-1`)).toEqual({ namespace: 'jobs', name: RUN, uid: 'u-1' });
  expect(parseExternalId(RUN)).toEqual({ namespace: null, name: RUN, uid: null });
});
