import { expect, test } from 'vitest';
import { isRunId, matchingRuns, mayBeginId, together } from '../../../ui/shell/palette-runs.ts';

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

test.each([
  ['local-a8', true],
  ['eks-spark-a8-56', true],
  [' A8-5', true],
  ['a8', false],
  ['nightly-report', false],
  ['', false],
])('%j may begin an id: %s', (text, expected) => {
  expect(mayBeginId(text)).toBe(expected);
});

test('what the server finds comes behind the last runs, each once', () => {
  const [first] = RUNS;
  if (first === undefined) throw new Error('no run');
  expect(together([first], [...RUNS, { run_id: 'x', alias: null }], 2)).toEqual(RUNS);
});

test('a whole id is known as one', () => {
  expect(isRunId(` ${ID} `)).toBe(true);
  expect(isRunId('eks-spark-a8-561c-48a9-8883-c29002cfd2b0')).toBe(true);
  expect(isRunId('local-a8-561c')).toBe(false);
});
