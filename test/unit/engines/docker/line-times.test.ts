import { expect, test } from 'vitest';
import { LineTimes } from '../../../../engines/docker/line-times.ts';

const frame = (second: number, text: string) => ({
  output: 1,
  stamp: `2026-11-25T10:00:0${second}.123456789Z`,
  bytes: Buffer.from(text),
});
const at = (second: number): number => Date.parse(`2026-11-25T10:00:0${second}.123Z`);

test('each line has the time of the frame that begins it', () => {
  const times = new LineTimes(true);
  const frames = [frame(1, 'one\n'), frame(2, 'begins '), frame(3, 'ends\n'), frame(4, 'four\n')];
  expect(times.marksOf(frames)).toEqual([
    { offset: 0, at: at(1) },
    { offset: 4, at: at(2) },
    { offset: 16, at: at(4) },
  ]);
});

test('one that begins within a line knows no time until the next', () => {
  const times = new LineTimes(false);
  expect(times.marksOf([frame(1, 'rest\n'), frame(2, 'two\n')])).toEqual([
    { offset: 5, at: at(2) },
  ]);
  times.pass(frame(3, 'no end'));
  expect(times.marksOf([frame(4, ' of it\n')])).toEqual([]);
});
