import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FlotillaError } from '../../domain/errors.ts';
import type { JobRef } from '../../domain/lifecycle/messages.ts';
import { LogTimes } from '../../domain/log-times.ts';
import { LineIndex } from '../../logs/line-index.ts';
import type { GrowingLogStore, LogDraft, LogOrigin, LogStore } from '../../logs/store.ts';
import { eventually } from '../support/eventually.ts';

export const newRef = (attempt = 1): JobRef => ({ runId: `run-${randomUUID()}`, attempt });

export async function bytesOf(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts);
}

export function inChunks(bytes: Buffer, size = 64 * 1024): LogOrigin {
  const chunks = async function* (): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  };
  return { kind: 'bytes', bytes: chunks() };
}

const quiet = (): void => undefined;
const T0 = Date.UTC(2026, 0, 1);

/** What every store of whole logs must do. `open` gives another process's view of the same store. */
export function logStoreContract(open: () => LogStore): void {
  test('a log is stored whole, and read from any offset by another process', async () => {
    const ref = newRef();
    const log = Buffer.from('one\ntwo\nüçhree');
    expect(await open().stored(ref)).toBeNull();
    expect(await open().index(ref)).toBeNull();
    expect(await open().store(ref, inChunks(log, 3), quiet)).toEqual({
      bytes: log.length,
      lines: 3,
    });
    const other = open();
    expect(await other.stored(ref)).toEqual({ bytes: log.length, lines: 3 });
    for (const offset of [0, 1, 4, log.length - 1, log.length, log.length + 10]) {
      expect(await bytesOf(other.read(ref, offset))).toEqual(log.subarray(offset));
    }
    const index = new LineIndex();
    index.extend(log);
    expect(await other.index(ref)).toEqual(index);
  });

  test('a log that is not stored is not found', async () => {
    await expect(bytesOf(open().read(newRef(), 0))).rejects.toMatchObject({ code: 'not_found' });
  });

  test('attempts of one run keep their logs apart', async () => {
    const [first, second] = [newRef(1), newRef(2)];
    const ref = { ...second, runId: first.runId };
    await open().store(first, inChunks(Buffer.from('first')), quiet);
    expect(await open().stored(ref)).toBeNull();
    await open().store(ref, inChunks(Buffer.from('second')), quiet);
    expect((await bytesOf(open().read(first, 0))).toString()).toBe('first');
    expect((await bytesOf(open().read(ref, 0))).toString()).toBe('second');
  });

  test('a repeat replaces nothing, and two at once agree', async () => {
    const ref = newRef();
    const [a, b] = [Buffer.from('a\n'.repeat(1000)), Buffer.from('b\n'.repeat(1000))];
    const both = await Promise.all([
      open().store(ref, inChunks(a), quiet),
      open().store(ref, inChunks(b), quiet),
    ]);
    expect(both[0]).toEqual(both[1]);
    const kept = await bytesOf(open().read(ref, 0));
    expect([a, b].some((one) => one.equals(kept))).toBe(true);
    await open().store(ref, inChunks(Buffer.from('another')), quiet);
    expect(await bytesOf(open().read(ref, 0))).toEqual(kept);
  });

  test('an empty log is a log, and so is one whose file never was', async () => {
    const [empty, never] = [newRef(), newRef()];
    const none = { bytes: 0, lines: 0 };
    expect(await open().store(empty, inChunks(Buffer.alloc(0)), quiet)).toEqual(none);
    const missing: LogOrigin = { kind: 'file', path: join(tmpdir(), randomUUID()) };
    expect(await open().store(never, missing, quiet)).toEqual(none);
    for (const ref of [empty, never]) {
      expect(await open().stored(ref)).toEqual(none);
      expect(await bytesOf(open().read(ref, 0))).toHaveLength(0);
    }
  });

  test('a log whose source breaks off is not stored', async () => {
    const ref = newRef();
    const bytes = (async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from('the beginning');
      throw new Error('the source broke off');
    })();
    await expect(open().store(ref, { kind: 'bytes', bytes }, quiet)).rejects.toThrow('broke off');
    expect(await open().stored(ref)).toBeNull();
    await open().store(ref, inChunks(Buffer.from('the whole')), quiet);
    expect((await bytesOf(open().read(ref, 0))).toString()).toBe('the whole');
  });

  test('a log of 40 MB is stored from a file, with signs of progress', async () => {
    const ref = newRef();
    const dir = mkdtempSync(join(tmpdir(), 'flotilla-logs-'));
    const path = join(dir, 'log');
    const log = Buffer.from(`${randomBytes(32 * 1024).toString('hex')}\n`.repeat(640));
    writeFileSync(path, log);
    try {
      let signs = 0;
      const stored = await open().store(ref, { kind: 'file', path }, () => (signs += 1));
      expect(stored).toEqual({ bytes: log.length, lines: 640 });
      expect(signs).toBeGreaterThan(100);
    } finally {
      rmSync(dir, { recursive: true });
    }
    const offset = log.length - 5_000_000;
    expect((await bytesOf(open().read(ref, offset))).equals(log.subarray(offset))).toBe(true);
  });

  test('what is no run id names no log', async () => {
    const ref = { runId: '../elsewhere', attempt: 1 };
    await expect(open().stored(ref)).rejects.toMatchObject({ code: 'invalid' });
  });

  test('when lines were written is kept with the log; a log without that, or that fails, is stored too', async () => {
    const [timed, untimed, failing] = [newRef(), newRef(), newRef()];
    const log = Buffer.from('one\ntwo\n');
    const times = new LogTimes();
    times.add(0, T0);
    times.add(4, T0 + 60_000);
    times.cover(8);
    await open().store(timed, { ...inChunks(log), times: async () => times }, quiet);
    await open().store(untimed, { ...inChunks(log), times: async () => null }, quiet);
    const fails = (): Promise<never> => Promise.reject(new Error('no times'));
    await open().store(failing, { ...inChunks(log), times: fails }, quiet);
    const kept = await open().times(timed);
    expect([0, 4, 8].map((offset) => kept?.at(offset))).toEqual([T0, T0 + 60_000, null]);
    for (const ref of [untimed, failing]) {
      expect(await open().times(ref)).toBeNull();
      expect((await bytesOf(open().read(ref, 0))).toString()).toBe('one\ntwo\n');
    }
  });
}

/** What a store of growing logs must do besides. */
export function growingLogStoreContract(open: () => GrowingLogStore): void {
  const seen = async (ref: JobRef, offset = 0): Promise<string> =>
    (await bytesOf(open().readGrown(ref, offset))).toString();
  const text = (length: number, letter = 'x'): Buffer => Buffer.alloc(length, letter);

  test('a log of which nothing is kept has not grown', async () => {
    expect(await open().grown(newRef())).toBeNull();
  });

  test('what a collector keeps is read by another process, soon and without closing', async () => {
    const ref = newRef();
    const draft = await open().grow(ref);
    expect(draft).toMatchObject({ bytes: 0, cursor: null, complete: false });
    await draft.append(Buffer.from('one\n'), 'after one');
    await draft.append(Buffer.from('two\n'), 'after two');
    await eventually('both are seen', async () => (await open().grown(ref))?.bytes === 8);
    expect(await open().grown(ref)).toEqual({ bytes: 8, cursor: 'after two', complete: false });
    expect(await seen(ref)).toBe('one\ntwo\n');
    expect(await seen(ref, 5)).toBe('wo\n');
    expect(await seen(ref, 8)).toBe('');
    await draft.close();
  });

  test('the next collector goes on where the last one let go', async () => {
    const ref = newRef();
    const first = await open().grow(ref);
    await first.append(Buffer.from('one\n'), '1');
    await first.close();
    const second = await open().grow(ref);
    expect(second).toMatchObject({ bytes: 4, cursor: '1', complete: false });
    await second.append(Buffer.from('two\n'), '2 "é"');
    await second.finish();
    await second.close();
    expect(await open().grown(ref)).toEqual({ bytes: 8, cursor: '2 "é"', complete: true });
    expect(await seen(ref)).toBe('one\ntwo\n');
    const third = await open().grow(ref);
    expect(third).toMatchObject({ bytes: 8, complete: true });
    await third.close();
  });

  test('a collector that keeps nothing changes nothing, and a place may move without bytes', async () => {
    const ref = newRef();
    const idle = await open().grow(ref);
    await idle.close();
    expect(await open().grown(ref)).toBeNull();
    const mover = await open().grow(ref);
    await mover.append(Buffer.from('one\n'), '1');
    await mover.append(Buffer.alloc(0), '2');
    await mover.close();
    expect(await open().grown(ref)).toEqual({ bytes: 4, cursor: '2', complete: false });
  });

  test('of several collectors at once readers follow one, and the others are told', async () => {
    const ref = newRef();
    const before = await open().grow(ref);
    await before.append(text(10, '-'), 'start');
    await before.close();
    const drafts = await Promise.all(Array.from({ length: 4 }, () => open().grow(ref)));
    const ends = await Promise.allSettled(
      drafts.map(async (draft, i) => {
        const letter = 'abcd'.charAt(i);
        for (const round of [1, 2, 3]) await draft.append(text(100, letter), `${letter} ${round}`);
        await draft.finish();
        await draft.close();
      }),
    );
    const failures = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []));
    for (const failure of failures) expect(failure).toMatchObject({ code: 'conflict' });
    expect(failures.length).toBeLessThan(4);
    const grown = await open().grown(ref);
    expect(await seen(ref)).toMatch(/^-{10}(a{300}|b{300}|c{300}|d{300})$/);
    expect(grown).toMatchObject({ bytes: 310, complete: true });
    expect(grown?.cursor).toBe(`${(await seen(ref)).at(-1)} 3`);
  });

  test('a collector that is behind another one is told, and adds nothing', async () => {
    const ref = newRef();
    const late = await open().grow(ref);
    const first = await open().grow(ref);
    await first.append(Buffer.from('one\n'), '1');
    await first.close();
    const append = async (): Promise<void> => {
      await late.append(Buffer.from('ONE\n'), 'late');
      await late.finish();
    };
    await expect(append()).rejects.toMatchObject({ code: 'conflict' });
    await late.close().catch(() => undefined);
    expect(await open().grown(ref)).toEqual({ bytes: 4, cursor: '1', complete: false });
  });

  test('a collector of a log that is stored is told, and leaves nothing', async () => {
    const ref = newRef();
    const late = await open().grow(ref);
    await open().store(ref, inChunks(Buffer.from('whole')), quiet);
    const append = async (draft: LogDraft): Promise<void> => {
      await draft.append(Buffer.from('once more'), 'late');
      await draft.finish();
    };
    await expect(append(late)).rejects.toMatchObject({ code: 'conflict' });
    await expect(append(await open().grow(ref))).rejects.toMatchObject({ code: 'conflict' });
    expect(await open().grown(ref)).toBeNull();
    await expect(seen(ref)).rejects.toMatchObject({ code: 'not_found' });
  });

  test('a frozen collector finds out by itself that another one goes on', async () => {
    const ref = newRef();
    const frozen = await open().grow(ref);
    await frozen.append(Buffer.from('one\n'), '1');
    await eventually('it is seen', async () => (await open().grown(ref))?.bytes === 4);
    const next = await open().grow(ref);
    await next.append(Buffer.from('two\n'), '2');
    await next.close();
    await eventually('it is told', () =>
      frozen.append(Buffer.from('two\n'), '2').then(
        () => false,
        (error: unknown) => error instanceof FlotillaError && error.code === 'conflict',
      ),
    );
    expect(await seen(ref)).toBe('one\ntwo\n');
  });

  test('a collector that froze and goes on later adds nothing to what came after it', async () => {
    const ref = newRef();
    const frozen = await open().grow(ref);
    await frozen.append(Buffer.from('one\n'), '1');
    await eventually('it is seen', async () => (await open().grown(ref))?.bytes === 4);
    const next = await open().grow(ref);
    expect(next).toMatchObject({ bytes: 4, cursor: '1' });
    await next.append(Buffer.from('two\n'), '2');
    await eventually('the next is seen', async () => (await open().grown(ref))?.bytes === 8);
    await frozen.append(Buffer.from('ONCE MORE\n'), 'old').catch(() => undefined);
    await frozen.close().catch(() => undefined);
    expect(await seen(ref)).toBe('one\ntwo\n');
    await next.append(Buffer.from('three\n'), '3');
    await next.finish();
    await next.close();
    expect(await seen(ref)).toBe('one\ntwo\nthree\n');
    expect(await open().grown(ref)).toEqual({ bytes: 14, cursor: '3', complete: true });
  });

  test('readers never see a place whose bytes they cannot see, nor the other way round', async () => {
    const ref = newRef();
    const draft = await open().grow(ref);
    let done = false;
    const writing = (async () => {
      for (let at = 1; at <= 60; at += 1) await draft.append(text(200_000), String(at * 200_000));
      await draft.close();
      done = true;
    })();
    while (!done) {
      const grown = await open().grown(ref);
      if (grown !== null && grown.bytes > 0) expect(grown.cursor).toBe(String(grown.bytes));
    }
    await writing;
    expect(await seen(ref)).toHaveLength(12_000_000);
  });

  test('many small appends over several chunks come back byte by byte', async () => {
    const ref = newRef();
    const draft = await open().grow(ref);
    const lines = Array.from({ length: 20_000 }, (_, i) => `${i} ${'y'.repeat(i % 700)}\n`);
    for (const [i, line] of lines.entries()) await draft.append(Buffer.from(line), String(i));
    await draft.finish();
    await draft.close();
    const whole = lines.join('');
    expect((await seen(ref)) === whole).toBe(true);
    expect((await seen(ref, 4_321_098)) === whole.slice(4_321_098)).toBe(true);
    const stored = await open().store(
      ref,
      { kind: 'bytes', bytes: open().readGrown(ref, 0) },
      quiet,
    );
    expect(stored).toEqual({ bytes: whole.length, lines: 20_000 });
  });

  test('a grown log is stored whole, and then no longer one that grows', async () => {
    const ref = newRef();
    const store = open();
    const draft = await store.grow(ref);
    await draft.append(Buffer.from('one\ntwo'), '1');
    await draft.finish();
    await draft.close();
    expect(await store.stored(ref)).toBeNull();
    await store.store(ref, { kind: 'bytes', bytes: store.readGrown(ref, 0) }, quiet);
    expect(await open().grown(ref)).toBeNull();
    expect(await open().stored(ref)).toEqual({ bytes: 7, lines: 2 });
    expect((await bytesOf(open().read(ref, 0))).toString()).toBe('one\ntwo');
  });

  test('the times that collectors were told are those of the log, while it grows and when it is stored', async () => {
    const ref = newRef();
    const first = await open().grow(ref);
    await first.append(Buffer.from('one\ntwo\nthr'), '1', [
      { offset: 0, at: T0 },
      { offset: 4, at: T0 + 1_000 },
      { offset: 8, at: T0 + 2_000 },
    ]);
    await first.close();
    const second = await open().grow(ref);
    await second.append(Buffer.from('ee\nfour\n'), '2', [{ offset: 3, at: T0 + 9_000 }]);
    await second.close();
    const third = await open().grow(ref);
    await third.append(Buffer.from('five\n'), '3');
    await third.finish();
    await third.close();
    const offsets = [0, 4, 8, 14, 19, 24];
    const expected = [T0, T0 + 1_000, T0 + 2_000, T0 + 9_000, null, null];
    const growing = await open().times(ref);
    expect(offsets.map((offset) => growing?.at(offset))).toEqual(expected);
    const store = open();
    const origin = { kind: 'bytes' as const, bytes: store.readGrown(ref, 0) };
    await store.store(ref, { ...origin, times: () => store.times(ref) }, quiet);
    const stored = await open().times(ref);
    expect(offsets.map((offset) => stored?.at(offset))).toEqual(expected);
  });
}
