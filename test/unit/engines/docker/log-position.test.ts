import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Frame } from '../../../../engines/docker/log-frames.ts';
import { LogPosition, nanosOf } from '../../../../engines/docker/log-position.ts';

const BASE = 1_790_000_000_000;

function frame(ms: number, text: string): Frame {
  const stamp = new Date(BASE + ms).toISOString().replace('Z', '000001Z');
  return { output: 1, stamp, bytes: Buffer.from(text) };
}

/** What the daemon answers to `since`: it leaves out by each frame's own time. */
function answer(log: readonly Frame[], since: string | null): Frame[] {
  if (since === null) return [...log];
  const [seconds = '', nanos = ''] = since.split('.');
  const at = BigInt(seconds) * 1_000_000_000n + BigInt(nanos);
  return log.filter(({ stamp }) => nanosOf(stamp) >= at);
}

/** Reads with a break after each of the given numbers of frames, each time by the cursor alone. */
function readWithBreaks(log: readonly Frame[], breaks: readonly number[]): string {
  let cursor: string | null = null;
  let text = '';
  for (const count of [...breaks, log.length]) {
    const position: LogPosition = new LogPosition(cursor);
    let { skip } = position;
    let left = count;
    for (const one of answer(log, position.since)) {
      if (skip > 0) {
        skip -= 1;
        position.skipped(one);
      } else if (left > 0) {
        left -= 1;
        position.read(one);
        text += one.bytes.toString();
      }
    }
    cursor = position.format();
  }
  return text;
}

test('nothing is repeated or left out, wherever it breaks off and however times are out of order', () => {
  const step = fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: 0, max: 5_000 }) },
    { weight: 2, arbitrary: fc.integer({ min: -9_999, max: 0 }) },
  );
  fc.assert(
    fc.property(
      fc.array(step, { minLength: 1, maxLength: 60 }),
      fc.array(fc.nat(20), { maxLength: 8 }),
      (steps, breaks) => {
        let [at, latest] = [100_000, 100_000];
        const log = steps.map((ms, index) => {
          at = Math.max(at + ms, latest - 9_999);
          latest = Math.max(at, latest);
          return frame(at, `${index} `);
        });
        const whole = log.map(({ bytes }) => bytes.toString()).join('');
        expect(readWithBreaks(log, breaks)).toBe(whole);
      },
    ),
    { numRuns: 500 },
  );
});

test('a clock that goes back while it is read costs nothing but a second reading', () => {
  const times = [0, 5_000, 12_000, 24_000, 36_000, -60_000, -50_000, -40_000, 100_000];
  const log = times.map((at, index) => frame(at, `${index} `));
  const whole = log.map(({ bytes }) => bytes.toString()).join('');
  expect(readWithBreaks(log, [2, 6, 1])).toBe(whole);
  expect(readWithBreaks(log, [6, 0, 1, 1])).toBe(whole);
});

test('a place moves on with the log: what is long read is not asked for again', () => {
  const position = new LogPosition(null);
  for (let at = 0; at < 60_000; at += 100) position.read(frame(at, 'x'));
  expect(position.skip).toBeLessThan(250);
  expect(position.since).not.toBeNull();
});

test.each([
  ['2026-11-25T10:00:00Z', 1_795_600_800_000_000_000n],
  ['2026-11-25T10:00:00.1Z', 1_795_600_800_100_000_000n],
  ['2026-11-25T10:00:00.123456789Z', 1_795_600_800_123_456_789n],
  ['2026-11-25T12:00:00.000000001+02:00', 1_795_600_800_000_000_001n],
])('%s is %s ns', (stamp, nanos) => {
  expect(nanosOf(stamp)).toBe(nanos);
});
