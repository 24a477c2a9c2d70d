import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RateLimiter } from '../../../auth/rate-limit.ts';

test('who was quiet may send a burst, then one at a time as the rate allows', () => {
  const limiter = new RateLimiter({ perSecond: 2, burst: 3 });
  expect([1, 2, 3].map(() => limiter.take('a', 0))).toEqual([0, 0, 0]);
  expect(limiter.take('a', 0)).toBe(1);
  expect(limiter.take('a', 499)).toBe(1);
  expect(limiter.take('a', 500)).toBe(0);
  expect(limiter.take('a', 500)).toBe(1);
});

test('a slow rate says how many seconds to wait, and waiting that long is enough', () => {
  const limiter = new RateLimiter({ perSecond: 0.1, burst: 1 });
  expect(limiter.take('a', 0)).toBe(0);
  expect(limiter.take('a', 1_000)).toBe(9);
  expect(limiter.take('a', 10_000)).toBe(0);
});

test('one caller does not use up what another has', () => {
  const limiter = new RateLimiter({ perSecond: 1, burst: 1 });
  expect([limiter.take('a', 0), limiter.take('a', 0), limiter.take('b', 0)]).toEqual([0, 1, 0]);
});

test('callers without number take bounded memory, and who keeps asking is not forgotten', () => {
  const limiter = new RateLimiter({ perSecond: 0.001, burst: 1 }, 100);
  limiter.take('busy', 0);
  for (let i = 0; i < 10_000; i++) {
    limiter.take(`passer-by ${i}`, i);
    expect(limiter.take('busy', i)).toBeGreaterThan(0);
  }
  expect(limiter.size).toBe(100);
});

test('whatever the times of asking, no more pass than burst and rate allow', () => {
  const gaps = fc.array(fc.integer({ min: 0, max: 3_000 }), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(
      gaps,
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 10 }),
      (times, perSecond, burst) => {
        const limiter = new RateLimiter({ perSecond, burst });
        let now = 0;
        let passed = 0;
        for (const gap of times) {
          now += gap;
          if (limiter.take('a', now) === 0) passed++;
        }
        expect(passed).toBeLessThanOrEqual(burst + (now / 1000) * perSecond + 1e-6);
      },
    ),
  );
});
