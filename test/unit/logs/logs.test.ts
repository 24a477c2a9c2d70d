import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AttemptLog, type LogShelf } from '../../../logs/attempt-log.ts';
import { LINES_PER_MARK, LineIndex } from '../../../logs/line-index.ts';
import { LINE_TEXT_BYTES, readLines } from '../../../logs/lines.ts';
import { nextPage, PAGE_BYTES } from '../../../logs/pages.ts';
import { searchLog } from '../../../logs/search.ts';
import { wholeCharacters } from '../../../logs/utf8.ts';
import { notFound } from '../../../domain/errors.ts';

/** A log in memory that grows and is then stored, cut into chunks of any size. */
class MemoryLog {
  bytes = Buffer.alloc(0);
  complete = false;
  chunk = 7;

  log(attempt = 1): AttemptLog {
    const chunks = async function* (bytes: Buffer, chunk: number): AsyncGenerator<Uint8Array> {
      for (let at = 0; at < bytes.length; at += chunk) yield bytes.subarray(at, at + chunk);
    };
    const index = (): LineIndex => {
      const made = new LineIndex();
      made.extend(this.bytes);
      return made;
    };
    const store: LogShelf = {
      stored: async () =>
        this.complete ? { bytes: this.bytes.length, lines: index().lines } : null,
      index: async () => (this.complete ? index() : null),
      read: (_, offset) => chunks(this.bytes.subarray(offset), this.chunk),
      times: async () => null,
      grown: async () => null,
      readGrown: () => chunks(Buffer.alloc(0), this.chunk),
    };
    const live = {
      logs: (_: string, offset: number) => {
        if (this.complete) throw notFound('moved');
        return chunks(this.bytes.subarray(offset), this.chunk);
      },
      logSize: async () => (this.complete ? null : this.bytes.length),
    };
    const isOver = async (): Promise<boolean> => this.complete;
    return new AttemptLog(store, { ref: { runId: 'r', attempt }, externalId: 'x', live, isOver });
  }
}

function logOf(text: string | Buffer, complete = true): MemoryLog {
  const memory = new MemoryLog();
  memory.bytes = Buffer.from(text);
  memory.complete = complete;
  return memory;
}

const signal = new AbortController().signal;
const logBytes = fc
  .array(fc.oneof(fc.constant('\n'), fc.string({ unit: 'grapheme' }), fc.constant('日本🚀')))
  .map((parts) => Buffer.from(parts.join('')));

test('an index built in any chunks is the same, and survives its encoding', () => {
  fc.assert(
    fc.property(logBytes, fc.integer({ min: 1, max: 50 }), (bytes, chunk) => {
      const whole = new LineIndex();
      whole.extend(bytes);
      const pieces = new LineIndex();
      for (let at = 0; at < bytes.length; at += chunk)
        pieces.extend(bytes.subarray(at, at + chunk));
      expect(pieces).toEqual(whole);
      expect(LineIndex.decode(whole.encode())).toEqual(whole);
      const text = bytes.toString();
      const newlines = text.split('\n').length - 1;
      expect(whole.lines).toBe(newlines + (text !== '' && !text.endsWith('\n') ? 1 : 0));
    }),
  );
});

test('paging a growing log loses and repeats nothing, wherever it is cut', async () => {
  await fc.assert(
    fc.asyncProperty(logBytes, fc.array(fc.nat()), async (bytes, cuts) => {
      const memory = logOf('', false);
      let seen = '';
      let last = '';
      const page = async (): Promise<number> => {
        const next = await nextPage([memory.log()], last);
        seen += next.log;
        last = next.lastSeen;
        return next.log.length;
      };
      const points = cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b);
      for (const point of points) {
        memory.bytes = bytes.subarray(0, point);
        await page();
      }
      memory.bytes = bytes;
      memory.complete = true;
      while ((await page()) > 0);
      expect(seen).toBe(bytes.toString());
    }),
  );
});

test('while a log grows, pages end with whole lines', async () => {
  const memory = logOf('one\ntwo\nthr', false);
  const first = await nextPage([memory.log()], '');
  expect(first).toEqual({ log: 'one\ntwo\n', lastSeen: '1-8' });
  expect(await nextPage([memory.log()], first.lastSeen)).toEqual({ log: '', lastSeen: '1-8' });
  memory.bytes = Buffer.from('one\ntwo\nthree');
  memory.complete = true;
  expect(await nextPage([memory.log()], first.lastSeen)).toEqual({
    log: 'three',
    lastSeen: '1-13',
  });
});

test('a line longer than a page comes in pieces that end between characters', async () => {
  const text = '日'.repeat(PAGE_BYTES / 2);
  const memory = logOf(text, false);
  memory.chunk = 64 * 1024;
  const first = await nextPage([memory.log()], '');
  expect(first.log.length).toBeGreaterThan(1000);
  const second = await nextPage([memory.log()], first.lastSeen);
  expect(first.log + second.log).toBe(text.slice(0, first.log.length + second.log.length));
  expect(first.log + second.log).not.toContain('\ufffd');
});

test('a later attempt follows the earlier ones', async () => {
  const one = logOf('first\n');
  const two = logOf('second\n');
  const logs = [one.log(1), two.log(2)];
  const first = await nextPage(logs, '');
  expect(first).toEqual({ log: 'first\n', lastSeen: '1-6' });
  const second = await nextPage(logs, first.lastSeen);
  expect(second).toEqual({ log: 'second\n', lastSeen: '2-7' });
  expect(await nextPage(logs, second.lastSeen)).toEqual({ log: '', lastSeen: '2-7' });
});

test('a token of flotilla-os begins again, any other text is a mistake', async () => {
  expect((await nextPage([logOf('x\n').log()], '257')).log).toBe('x\n');
  await expect(nextPage([], 'nonsense')).rejects.toThrow('not a value of an earlier answer');
});

test('cuts fall between characters, and never make a page empty', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.nat(), (text, cut) => {
      const bytes = Buffer.from(text).subarray(0, cut % (Buffer.from(text).length + 1));
      const whole = bytes.subarray(0, wholeCharacters(bytes)).toString();
      expect(text.startsWith(whole.replace(/\ufffd+$/, ''))).toBe(true);
    }),
  );
  expect(wholeCharacters(Buffer.from([0xff, 0xff]))).toBeGreaterThan(0);
});

test('following yields what grows, across the move into the store, and ends', async () => {
  const memory = logOf('a\n', false);
  const growing = (async () => {
    for (const more of ['b\n', 'c']) {
      await new Promise((resolve) => setTimeout(resolve, 150));
      memory.bytes = Buffer.concat([memory.bytes, Buffer.from(more)]);
    }
    memory.complete = true;
  })();
  let seen = '';
  for await (const chunk of memory.log().follow(0, signal)) seen += Buffer.from(chunk).toString();
  await growing;
  expect(seen).toBe('a\nb\nc');
});

test('lines are found by number, far down and cut when long', async () => {
  const count = LINES_PER_MARK * 3 + 5;
  const long = 'x'.repeat(LINE_TEXT_BYTES + 10);
  const text = `${Array.from({ length: count }, (_, i) => `line ${i + 1}`).join('\n')}\n${long}`;
  const memory = logOf(text);
  memory.chunk = 1000;
  const page = await readLines(memory.log(), count - 1, 10);
  expect(page.total).toBe(count + 1);
  expect(page.lines.map(({ line, bytes, truncated }) => ({ line, bytes, truncated }))).toEqual([
    { line: count - 1, bytes: `line ${count - 1}`.length, truncated: false },
    { line: count, bytes: `line ${count}`.length, truncated: false },
    { line: count + 1, bytes: LINE_TEXT_BYTES + 10, truncated: true },
  ]);
  const [first] = page.lines;
  expect(text.slice(first?.offset).startsWith(`line ${count - 1}\n`)).toBe(true);
  expect((await readLines(memory.log(), 1, 2)).lines.map((line) => line.text)).toEqual([
    'line 1',
    'line 2',
  ]);
});

test('a search finds every line that holds the text, wherever chunks are cut', async () => {
  const line = fc.string({ unit: fc.constantFrom('a', 'b', 'ab', 'x') });
  await fc.assert(
    fc.asyncProperty(fc.array(line), fc.integer({ min: 1, max: 9 }), async (lines, chunk) => {
      const memory = logOf(lines.join('\n'));
      memory.chunk = chunk;
      const found: number[] = [];
      const search = searchLog(memory.log(), 'ab', { limit: 1000, timeMs: 10_000 }, signal);
      for await (const match of search) found.push(match.line);
      expect(found).toEqual(lines.flatMap((text, i) => (text.includes('ab') ? [i + 1] : [])));
    }),
  );
});

test('a search ends at its limit and says so', async () => {
  const memory = logOf('hit\n'.repeat(10));
  const search = searchLog(memory.log(), 'hit', { limit: 3, timeMs: 10_000 }, signal);
  const matches = [];
  let next = await search.next();
  for (; next.done !== true; next = await search.next()) matches.push(next.value);
  expect(matches).toHaveLength(3);
  expect(matches[2]).toMatchObject({ line: 3, offset: 8, text: 'hit' });
  expect(next.value).toMatchObject({ matches: 3, cut: 'limit' });
});
