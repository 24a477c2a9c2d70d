import { expect, test } from 'vitest';
import { bytesOf, marksOf } from '../../../../engines/ecs/log-position.ts';

const events = [
  { message: 'one', timestamp: 1_000 },
  { message: 'zwölf', timestamp: 2_000 },
  { message: 'three' },
  { message: '', timestamp: 4_000 },
];

test('each event has its time where its line begins', () => {
  for (const before of [0, 100]) {
    const bytes = bytesOf(
      events.map(({ message }) => message),
      before,
    );
    const marks = marksOf(events, before, 0);
    const lines = marks.map(({ offset }) => bytes.subarray(offset).toString().split('\n')[0]);
    expect(lines).toEqual(['one', 'zwölf', '']);
    expect(marks.map(({ at }) => at)).toEqual([1_000, 2_000, 4_000]);
  }
});

test('what was told before has no marks once more', () => {
  expect(marksOf(events, 0, 4)).toEqual([
    { offset: 0, at: 2_000 },
    { offset: 13, at: 4_000 },
  ]);
});
