import { expect, test } from 'vitest';
import { forEachRun, type Progress } from '../../../ui/parts/for-each-run.ts';

const IDS = ['a', 'b', 'c', 'd', 'e', 'f'];

test('every run is seen once, and one that fails does not keep it from the others', async () => {
  const seen: string[] = [];
  const told: Progress[] = [];
  const result = await forEachRun(
    IDS,
    async (runId) => {
      seen.push(runId);
      await Promise.resolve();
      if (runId === 'b') throw new Error('no');
    },
    (progress) => told.push(progress),
    new AbortController().signal,
  );
  expect(seen).toEqual(IDS);
  expect(result).toEqual({ all: 6, done: 6, failures: [{ runId: 'b', message: 'no' }] });
  expect(told.map(({ done }) => done)).toEqual([1, 2, 3, 4, 5, 6]);
});

test('few at a time, and none after it was ended', async () => {
  const ended = new AbortController();
  let running = 0;
  let most = 0;
  const result = await forEachRun(
    IDS,
    async (runId) => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, 1));
      running -= 1;
      if (runId === 'a') ended.abort();
    },
    () => undefined,
    ended.signal,
  );
  expect(most).toBe(4);
  expect(result.done).toBe(4);
});
