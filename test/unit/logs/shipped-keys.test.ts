import { expect, test } from 'vitest';
import { inOrder } from '../../../logs/shipped-keys.ts';

const RUN = 'eks-6d6b4e5a-0c35-4f43-4f6b-5a1b6c1d2e3f';
const POD = `${RUN}-x7k2p`;
const HASH = 'ab12'.repeat(16);

/** Keys in the order given, written in the order of `written`, or all at once. */
function ordered(keys: string[], pod: string | null = null, written: number[] = []): string[] {
  const objects = keys.map((key, i) => ({ key, modified: new Date(written[i] ?? 0) }));
  return inOrder(objects.toReversed(), { runId: RUN, pod }).map(({ key }) => key);
}

test.each([
  ['an index counts as a number', [2, 9, 10, 100].map((i) => `${RUN}/${POD}_${i}.gz`)],
  [
    'time and index of fluentd',
    ['2021063009_9', '2021063009_10', '2021063010_0'].map((at) => `${RUN}/${POD}/${at}.json.gz`),
  ],
  [
    'times of Fluent Bit, before identifiers that say nothing',
    [
      `${RUN}/${POD}_flotilla_main-${HASH}.log/2021/06/30/09/59/59-9f6b1c3e-1111-4222-8333-944455566677.gz`,
      `${RUN}/${POD}_flotilla_main-${HASH}.log/2021/06/30/10/00/00-0f6b1c3e-1111-4222-8333-944455566677.gz`,
    ],
  ],
  [
    'nanoseconds since 1970',
    ['1625047199999999999', '1625047200000000000'].map((n) => `${RUN}/${n}`),
  ],
])('%s', (_, keys) => {
  expect(ordered(keys)).toEqual(keys);
});

test('without times in their keys, objects come in the order of their writing', () => {
  const keys = ['cc', 'aa', 'bb'].map((name) => `${RUN}/${POD}/log-${name}`);
  expect(ordered(keys, null, [1, 2, 3])).toEqual(keys);
});

test("containers' logs are not mixed, the one that wrote first comes first", () => {
  const keys = [
    `${RUN}/${POD}/main/1.log`,
    `${RUN}/${POD}/main/2.log`,
    `${RUN}/${POD}/aside/1.log`,
    `${RUN}/${POD}/aside/2.log`,
  ];
  expect(ordered(keys, null, [1, 4, 2, 3])).toEqual(keys);
});

test("a pod's log is taken from its objects only, where keys name pods", () => {
  const other = `${RUN}-2-abcde`;
  const keys = [`${RUN}/${POD}/1.log`, `${RUN}/${other}/1.log`];
  expect(ordered(keys, POD)).toEqual([keys[0]]);
  expect(ordered(keys, other)).toEqual([keys[1]]);
  expect(ordered(keys, `${RUN}-3-zzzzz`)).toEqual([]);
  expect(ordered(keys, null)).toHaveLength(2);
  expect(ordered([`${RUN}/1.log`], POD)).toEqual([`${RUN}/1.log`]);
});
