import { expect, test } from 'vitest';
import { isRunId, matchingRuns } from '../../../ui/shell/palette-runs.ts';

const ID = 'local-a8-561c-48a9-8883-c29002cfd2b0';
const RUNS = [
  { run_id: ID, alias: 'Hello' },
  { run_id: 'eks-b1-0000-0000-0000-000000000000', alias: null },
];

test.each([
  ['', [0, 1]],
  ['local-a8', [0]],
  ['a8-5', [0]],
  ['hell', [0]],
  ['b1', [1]],
  ['nothing', []],
])('%j finds runs by the beginning of their id and by alias', (text, places) => {
  expect(matchingRuns(RUNS, text, 5)).toEqual(places.map((place) => RUNS[place]));
});

test('of many only the first are offered', () => {
  expect(matchingRuns(RUNS, '', 1)).toHaveLength(1);
});

test('a whole id is known as one', () => {
  expect(isRunId(` ${ID} `)).toBe(true);
  expect(isRunId('eks-spark-a8-561c-48a9-8883-c29002cfd2b0')).toBe(true);
  expect(isRunId('local-a8-561c')).toBe(false);
});
