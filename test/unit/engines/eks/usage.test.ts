import { expect, test } from 'vitest';
import { scalar } from '../../../../engines/eks/usage.ts';

test.each([
  [undefined, 0],
  ['0', 0],
  ['3', 3],
  ['250m', 0.25],
  ['1500000n', 0.0015],
  ['120u', 0.00012],
  ['64Ki', 65_536],
  ['1.5Gi', 1_610_612_736],
  ['2M', 2_000_000],
  ['1e3', 1_000],
  ['much', 0],
])('the quantity %s is %d', (quantity, number) => {
  expect(scalar(quantity)).toBeCloseTo(number, 9);
});
