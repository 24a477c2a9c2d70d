import { expect, test } from 'vitest';
import type { Frame } from '../../../../engines/docker/log-frames.ts';
import { LongLines } from '../../../../engines/docker/long-lines.ts';

const PIECE = 'a'.repeat(16_384);

function frame(stamp: string, text: string, output = 1): Frame {
  return { output, stamp, bytes: Buffer.from(text) };
}

test.each<{ name: string; frames: Frame[]; ends: boolean[] }>([
  {
    name: 'the last piece of a long line gets its end back',
    frames: [frame('1', PIECE), frame('1', PIECE), frame('1', 'a'), frame('2', 'next\n')],
    ends: [false, false, true, true],
  },
  {
    name: 'also one that is empty, since the line had just the length of its pieces',
    frames: [frame('1', PIECE), frame('1', '')],
    ends: [false, true],
  },
  {
    name: 'also with the other output between',
    frames: [frame('1', PIECE), frame('1', 'b\n', 2), frame('1', 'a')],
    ends: [false, true, true],
  },
  {
    name: 'one that has it keeps it',
    frames: [frame('1', PIECE), frame('1', 'a\n')],
    ends: [false, true],
  },
  {
    name: 'a log without an end at its end stays so',
    frames: [frame('1', 'a\n'), frame('2', 'a')],
    ends: [true, false],
  },
  {
    name: 'a short piece of another time is no part of the line',
    frames: [frame('1', PIECE), frame('2', 'a')],
    ends: [false, false],
  },
])('$name', ({ frames, ends }) => {
  const lines = new LongLines();
  const whole = frames.map((one) => lines.whole(one));
  expect(whole.map(({ bytes }) => bytes.at(-1) === 0x0a)).toEqual(ends);
  const plain = (all: Frame[]): string[] => all.map(({ bytes }) => bytes.toString().trimEnd());
  expect(plain(whole)).toEqual(plain(frames));
});
