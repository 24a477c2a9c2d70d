import { expect, test } from 'vitest';
import { scrollMap, scrollTopOf, topOf } from '../../../ui/log/scroll-map.ts';

test.each([
  [10, 400],
  [100, 400],
  [1_000_000, 700],
  [50_000_000, 700],
])(
  'of %i lines each can be reached, and the scrollbar ends where the log does',
  (lines, viewport) => {
    const map = scrollMap(lines, viewport, 18);
    expect(map.height).toBeLessThanOrEqual(8_000_000);
    expect(topOf(map, map.height - viewport)).toBeCloseTo(Math.max(lines - viewport / 18, 0), 3);
    for (const part of [0, 0.25, 0.5, 0.99]) {
      const top = Math.floor(map.lastTop * part);
      expect(topOf(map, scrollTopOf(map, top))).toBeCloseTo(top, 3);
    }
  },
);

test('a pixel of the scrollbar is a pixel of the text as long as a browser can make it so', () => {
  const map = scrollMap(100_000, 720, 18);
  expect(map.height).toBe(1_800_000);
  expect(topOf(map, 1_800)).toBeCloseTo(100, 9);
});
