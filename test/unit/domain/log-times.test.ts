import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeMarks, encodeMarks, LogTimes, NOT_KNOWN } from '../../../domain/log-times.ts';

const T0 = Date.UTC(2026, 0, 1);

test('a line has the time of the last mark before it, and none where nothing is known', () => {
  const times = new LogTimes();
  expect(times.isKnown).toBe(false);
  times.add(10, T0);
  times.add(20, T0 + 1_000);
  times.add(30, NOT_KNOWN);
  times.cover(40);
  expect([0, 10, 19, 20, 29, 30, 39, 40].map((offset) => times.at(offset))).toEqual([
    null,
    T0,
    T0,
    T0 + 1_000,
    T0 + 1_000,
    null,
    null,
    null,
  ]);
});

test('lines of one moment share a mark, and marks of long logs thin out', () => {
  const times = new LogTimes();
  for (let i = 0; i < 1_000_000; i += 1) times.add(i * 10, T0 + i * 50);
  times.cover(10_000_000);
  expect(times.marks.length).toBeGreaterThan(4_000);
  expect(times.encode().length).toBeLessThan(300_000);
  for (const i of [0, 1, 499_999, 999_999]) {
    const at = times.at(i * 10) ?? NaN;
    expect(T0 + i * 50 - at).toBeGreaterThanOrEqual(0);
    expect(T0 + i * 50 - at).toBeLessThan(15_000);
  }
});

const marks = fc.array(
  fc.record({ offset: fc.nat(1_000_000), at: fc.integer({ min: 0, max: 2 ** 43 }) }),
);

test('what is written is read again, and of damaged bytes what makes sense', () => {
  fc.assert(
    fc.property(marks, fc.nat(100), (list, cut) => {
      const times = new LogTimes();
      for (const { offset, at } of list) times.add(offset, at);
      times.cover(2_000_000);
      const again = LogTimes.decode(times.encode());
      expect(again.marks).toEqual(times.marks);
      expect(again.covered).toBe(times.covered);
      const encoded = encodeMarks(list);
      const left = encoded.subarray(0, Math.max(encoded.length - cut, 0));
      expect(decodeMarks(left)).toEqual(list.slice(0, Math.floor(left.length / 16)));
    }),
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
      const times = LogTimes.decode(Buffer.from(bytes));
      for (let offset = 0; offset < 400; offset += 7) times.at(offset);
    }),
  );
});

test('parts of several collectors make one; a part that nobody timed is not known', () => {
  const [first, second] = [new LogTimes(), new LogTimes()];
  first.add(0, T0);
  first.add(50, T0 + 9_000);
  first.cover(60);
  second.add(90, T0 + 20_000);
  second.cover(95);
  const times = new LogTimes();
  times.addAll(first, 0, 40);
  times.addAll(new LogTimes(), 40, 80);
  times.addAll(second, 80, 100);
  expect([0, 39, 40, 79, 90, 94, 95, 99, 100].map((offset) => times.at(offset))).toEqual([
    T0,
    T0,
    null,
    null,
    T0 + 20_000,
    T0 + 20_000,
    null,
    null,
    null,
  ]);
});
