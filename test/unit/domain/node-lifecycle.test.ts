import { expect, test } from 'vitest';
import {
  certainLifecycle,
  lifecycleByHistory,
  type SpotRules,
} from '../../../domain/node-lifecycle.ts';

const RULES: SpotRules = { never: false, reattemptRate: 0.05, thresholdMinutes: 30 };

test('on demand is had by whoever asks for it', () => {
  for (const rules of [RULES, { ...RULES, never: true }]) {
    expect(certainLifecycle(rules, 'ondemand', 0)).toEqual({ lifecycle: 'ondemand', why: null });
  }
});

test('anything else depends on what happened before', () => {
  expect(certainLifecycle(RULES, 'spot', 0)).toBeNull();
  expect(certainLifecycle(RULES, null, 0)).toBeNull();
});

test('spot is not had where it is ruled out, nor by jobs with GPUs, and the run says why', () => {
  for (const requested of ['spot', null] as const) {
    expect(certainLifecycle({ ...RULES, never: true }, requested, 0)).toEqual({
      lifecycle: 'ondemand',
      why: 'eks_spot_override is set',
    });
    expect(certainLifecycle(RULES, requested, 1)).toEqual({
      lifecycle: 'ondemand',
      why: 'it has GPUs',
    });
  }
});

test.each([
  [null, null, 'spot', null],
  [0, 0, 'spot', null],
  [0.049, 30, 'spot', null],
  [0.05, null, 'ondemand', '5 % of runs on spot capacity had to be repeated lately'],
  [null, 30.1, 'ondemand', 'this command takes 30 minutes'],
  [1, 90, 'ondemand', '100 % of runs on spot capacity had to be repeated lately'],
] as const)('re-attempts %s, minutes %s: %s', (reattemptRate, usualMinutes, lifecycle, why) => {
  expect(lifecycleByHistory(RULES, { reattemptRate, usualMinutes })).toEqual({ lifecycle, why });
});
