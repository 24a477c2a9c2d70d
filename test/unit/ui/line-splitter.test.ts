import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LINE_CHARS, LineSplitter } from '../../../ui/log/line-splitter.ts';

test('lines are the same however the bytes are cut', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\n', ''))),
      fc.integer({ min: 1, max: 7 }),
      (lines, by) => {
        const bytes = Buffer.from(lines.join('\n'));
        const splitter = new LineSplitter();
        const told: string[] = [];
        for (let at = 0; at < bytes.length; at += by) {
          told.push(...splitter.push(bytes.subarray(at, at + by)).map(({ text }) => text));
        }
        const whole = bytes.toString().split('\n');
        expect([...told, splitter.rest.text]).toEqual(whole);
      },
    ),
  );
});

test('a line that is too long is cut, and says so, and the next one is whole', () => {
  const splitter = new LineSplitter();
  const long = 'x'.repeat(LINE_CHARS);
  const lines = [...splitter.push(Buffer.from(long)), ...splitter.push(Buffer.from('y\nz\n'))];
  expect(lines).toEqual([
    { text: long, truncated: true },
    { text: 'z', truncated: false },
  ]);
});
