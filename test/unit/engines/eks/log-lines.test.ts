import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  formatPosition,
  LogLines,
  NotTheLog,
  parsePosition,
  type Position,
} from '../../../../engines/eks/log-lines.ts';

interface Line {
  stamp: string;
  text: Buffer;
}

const BEGAN = Date.parse('2026-01-01T00:00:00Z');

/** A stamp of the node, to the nanosecond, without zeros at its end, as Go writes it. */
function stampAt(nanoseconds: number): string {
  const second = new Date(BEGAN + Math.floor(nanoseconds / 1e9) * 1000).toISOString().slice(0, 19);
  const fraction = String(nanoseconds % 1e9)
    .padStart(9, '0')
    .replace(/0+$/, '');
  return fraction === '' ? `${second}Z` : `${second}.${fraction}Z`;
}

/** @param least nanoseconds between two lines; 0 for stamps that come more than once */
function logs(least: number): fc.Arbitrary<Line[]> {
  const step = fc.oneof(
    fc.integer({ min: least, max: 3 }),
    fc.integer({ min: least, max: 2_000_000_000 }),
  );
  const text = fc.uint8Array({ maxLength: 12 }).map((bytes) => bytes.filter((one) => one !== 10));
  return fc.array(fc.tuple(step, text), { minLength: 1, maxLength: 12 }).map((lines) => {
    let at = 0;
    return lines.map(([wait, bytes]) => {
      at += wait;
      return { stamp: stampAt(at), text: Buffer.from([...bytes, 10]) };
    });
  });
}

const written = (lines: Line[]): Buffer => Buffer.concat(lines.map(({ text }) => text));
const served = (lines: Line[]): Buffer =>
  Buffer.concat(lines.flatMap(({ stamp, text }) => [Buffer.from(`${stamp} `), text]));

/** The same bytes in pieces of these sizes, over and over. */
function pieces(bytes: Buffer, sizes: number[]): Buffer[] {
  const all: Buffer[] = [];
  for (let at = 0, i = 0; at < bytes.length; i += 1) {
    const size = sizes[i % sizes.length] ?? 1;
    all.push(bytes.subarray(at, at + size));
    at += size;
  }
  return all;
}

function read(from: Position | null, bytes: Buffer, sizes: number[]) {
  const lines = new LogLines(from);
  const told = pieces(bytes, sizes).map((piece) => Buffer.from(lines.push(piece).bytes));
  return { told: Buffer.concat([...told, lines.settle().bytes]), position: lines.position };
}

const sizes = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 5 });

test('however a log arrives, it is the bytes that the job wrote', () => {
  fc.assert(
    fc.property(logs(0), sizes, (lines, by) => {
      expect(read(null, served(lines), by).told).toEqual(written(lines));
    }),
  );
});

/** What the API serves to who asks for the lines since the second of a stamp. */
function since(lines: Line[], position: Position | null): Line[] {
  if (position === null) return lines;
  const second = position.stamp.slice(0, 19);
  return lines.filter(({ stamp }) => stamp.slice(0, 19) >= second);
}

test('whoever resumes goes on where the other was cut off, without gap or repeat', () => {
  fc.assert(
    fc.property(
      logs(0),
      sizes,
      sizes,
      fc.double({ min: 0, max: 1, noNaN: true }),
      (lines, a, b, cut) => {
        const all = served(lines);
        const first = read(null, all.subarray(0, Math.floor(all.length * cut)), a);
        const position = first.position === null ? null : formatPosition(first.position);
        const from = position === null ? null : parsePosition(position);
        const second = read(from, served(since(lines, from)), b);
        expect(Buffer.concat([first.told, second.told])).toEqual(written(lines));
      },
    ),
    { numRuns: 500 },
  );
});

test('where the node rotated the place away, the log says so once and goes on behind it', () => {
  fc.assert(
    fc.property(logs(1), sizes, fc.nat(), fc.nat(), (lines, by, one, other) => {
      fc.pre(lines.length > 1);
      const at = one % (lines.length - 1);
      const left = lines.slice(at + 1 + (other % (lines.length - at - 1)));
      const from = { stamp: lines[at]?.stamp ?? '', nth: 0, offset: lines[at]?.text.length ?? 0 };
      const { told } = read(from, served(left), by);
      const word = told.subarray(0, told.indexOf(10) + 1);
      expect(word.toString()).toMatch(/^\[flotilla\] lines may be missing here: the node rotated/);
      expect(told.subarray(word.length)).toEqual(written(left));
    }),
  );
});

test.each([
  [1, '+ true', false],
  [1, 'bash: -c: line 1: syntax error', false],
  // A node may turn to a new file as soon as a job has begun.
  [1, 'x', true],
  [11, '+ true', true],
  // The node reads stdout and stderr apart.
  [1, `out\n+ printf 'out\\n'`, false],
  [1, `${'x'.repeat(70_000)}\n+ true`, true],
])(
  'who comes late, to second %i and "%.20s", is told of missing lines: %s',
  (second, text, isTold) => {
    const stamped = text.split('\n').map((line) => `${stampAt(second * 1e9)} ${line}\n`);
    const lines = new LogLines(null, new Date(BEGAN));
    const parts = [...Buffer.from(stamped.join(''))].map(
      (byte) => lines.push(Buffer.from([byte])).bytes,
    );
    const told = Buffer.concat([...parts, lines.settle().bytes]).toString();
    expect(lines.holds).toBe(false);
    const word = isTold ? /^\[flotilla\] lines may be missing here: .*\n/ : /^/;
    expect(told).toMatch(word);
    expect(told.replace(word, '')).toBe(`${text}\n`);
  },
);

test('lines of two streams that were written at about the same time are no gap', () => {
  const from = { stamp: stampAt(5), nth: 0, offset: 2 };
  const lines = [9, 7, 5, 8].map((at) => ({ stamp: stampAt(at), text: Buffer.from(`${at}\n`) }));
  expect(read(from, served(lines), [7]).told.toString()).toBe('8\n');
});

test('a node that sends a reader to the beginning of a file once more repeats nothing', () => {
  const line = (second: number): Line => ({
    stamp: stampAt(second * 1e9 + 5),
    text: Buffer.from(`${second}\n`),
  });
  const lines = [1, 2, 3, 4, 5].map(line);
  const twice = [...lines, ...lines.slice(1), ...[6, 7].map(line)];
  expect(read(null, served(twice), [13]).told.toString()).toBe('1\n2\n3\n4\n5\n6\n7\n');
});

/** So many megabytes of lines of a kilobyte, evenly over so many seconds. */
function megabytes(count: number, seconds: number): Line[] {
  const text = Buffer.from(`${'x'.repeat(1023)}\n`);
  const many = count * 1024;
  return Array.from({ length: many }, (_, i) => ({
    stamp: stampAt(Math.floor((i * seconds * 1e9) / many)),
    text,
  }));
}

test.each([
  ['more than a file of the node holds, in no time', 12, 3, 1],
  ['much, and slowly', 12, 3_000, 0],
  ['little, in no time', 8, 1, 0],
])('a job that writes %s', (_name, count, seconds, words) => {
  const lines = megabytes(count, seconds);
  const { told } = read(null, served(lines), [65_536]);
  const said = told.toString().match(/^\[flotilla\] lines may be missing from here on.*$/gm) ?? [];
  expect(said).toHaveLength(words);
  const rest = told.toString().replace(/^\[flotilla\].*\n/m, '');
  expect(Buffer.from(rest).equals(written(lines))).toBe(true);
});

test.each([
  'failed to try resolving symlinks in path "/var/log/pods/x": no such file or directory\n',
  'unable to retrieve container logs for containerd://0123456789abcdef0123456789abcdef',
])('%j is the node’s word and no log', (text) => {
  expect(() => new LogLines(null).push(Buffer.from(text))).toThrow(NotTheLog);
});

test.each([
  '',
  'x 1 2',
  '2026-01-01T00:00:00Z',
  '2026-01-01T00:00:00Z a 2',
  '2026-01-01T00:00:00Z 1 0.5',
])('%j is no place in a log', (text) => expect(parsePosition(text)).toBeNull());

test('lines have the times of their stamps, also those that are held back and those of two pieces', () => {
  const stamps = ['00:00:10.5', '00:00:11.0', '00:00:11.05', '00:00:12.0'];
  const at = stamps.map((stamp) => `2026-01-01T${stamp}Z`);
  const text = at.map((stamp, i) => `${stamp} line ${i}\n`).join('');
  const whole = new LogLines(null).push(Buffer.from(text));
  expect(whole.marks).toEqual([
    { offset: 0, at: Date.parse(at[0] ?? '') },
    { offset: 7, at: Date.parse(at[1] ?? '') },
    { offset: 21, at: Date.parse(at[3] ?? '') },
  ]);
  const lines = new LogLines({ stamp: at[0] ?? '', nth: 0, offset: 3 });
  const first = lines.push(Buffer.from(text.slice(0, 40)));
  expect(first.bytes.toString().startsWith('e 0\n')).toBe(true);
  expect(first.marks).toEqual([]);
  const late = new LogLines(null, new Date(Date.parse(at[0] ?? '') - 60_000)).push(
    Buffer.from(text),
  );
  const start = late.bytes.indexOf('line 0');
  expect(start).toBeGreaterThan(0);
  expect(late.marks[0]).toEqual({ offset: start, at: Date.parse(at[0] ?? '') });
});
