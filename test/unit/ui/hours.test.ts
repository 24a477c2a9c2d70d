import { expect, test } from 'vitest';
import { hourBars, hourSearch, totalsOf } from '../../../ui/pages/overview/hours.ts';

const HOURS = [
  { at: '2026-01-01T10:00:00.000Z', succeeded: 1, failed: 2, stopped_by_hand: 0 },
  { at: '2026-01-01T11:00:00.000Z', succeeded: 3, failed: 0, stopped_by_hand: 4 },
];

test('a bar an hour, and what they come to', () => {
  expect(hourBars(HOURS, (at) => at.slice(11, 13))).toEqual([
    { at: HOURS[0]?.at, hour: '10', succeeded: 1, failed: 2, stopped: 0 },
    { at: HOURS[1]?.at, hour: '11', succeeded: 3, failed: 0, stopped: 4 },
  ]);
  expect(totalsOf(HOURS)).toEqual({ succeeded: 4, failed: 2, stopped: 4 });
});

test('an hour leads to the runs that ended in it', () => {
  expect(hourSearch('2026-01-01T23:00:00.000Z')).toEqual({
    finished_since: '2026-01-01T22:59:59.999Z',
    finished_until: '2026-01-02T00:00:00.000Z',
  });
});
