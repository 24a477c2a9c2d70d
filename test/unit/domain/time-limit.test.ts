import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { timeLimit } from '../../../domain/time-limit.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

test('it aborts after its time, also when nobody but its listener knows of it', async () => {
  const other = new AbortController();
  const reasons: unknown[] = [];
  const listen = (): void => {
    const limit = timeLimit(1_000, timeLimit(300, other.signal));
    limit.addEventListener('abort', () => reasons.push((limit.reason as Error).name));
  };
  listen();
  await sleep(50);
  collect();
  await sleep(100);
  collect();
  expect(reasons).toEqual([]);
  await sleep(400);
  expect(reasons).toEqual(['TimeoutError']);
});

test('it aborts with each of the others, for their reason', () => {
  const [one, other] = [new AbortController(), new AbortController()];
  const limit = timeLimit(60_000, one.signal, other.signal);
  expect(limit.aborted).toBe(false);
  other.abort('enough');
  expect([limit.aborted, limit.reason]).toEqual([true, 'enough']);
  expect(timeLimit(60_000, other.signal).aborted).toBe(true);
});
