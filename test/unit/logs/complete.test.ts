import { expect, test } from 'vitest';
import {
  MAY_END_EARLY,
  SHIPPED_FOLLOWS,
  storeEnded,
  type EndedJob,
} from '../../../logs/complete.ts';
import { DirectoryLogStore } from '../../../logs/directory-store.ts';
import type { ShippedLogs, ShippedQuery } from '../../../logs/shipped.ts';
import { logDir, textOf } from '../../support/log-dir.ts';
import { LogSource } from '../../support/log-source.ts';

const ref = { runId: 'run-1', attempt: 2 };
const { signal } = new AbortController();

/** What of a log was collected before its job was found to be over. */
async function grow(store: DirectoryLogStore, text: string, whole = false): Promise<void> {
  const draft = await store.grow(ref);
  await draft.append(Buffer.from(text), String(draft.bytes + text.length));
  if (whole) await draft.finish();
  await draft.close();
}

function shippedText(text: string | null): ShippedLogs & { asked: ShippedQuery[] } {
  const asked: ShippedQuery[] = [];
  return {
    asked,
    async read(query) {
      asked.push(query);
      if (text === null) return null;
      return (async function* () {
        for (let at = 0; at < text.length; at += 3) yield Buffer.from(text.slice(at, at + 3));
      })();
    },
  };
}

async function storedText(
  store: DirectoryLogStore,
  source: LogSource | null,
  more: Partial<EndedJob> & { shipped?: ShippedLogs } = {},
): Promise<string> {
  const { shipped = null, ...rest } = more;
  const tail = source?.tail ?? null;
  const job: EndedJob = { ref, tail, ran: true, pod: async () => 'pod-7', ...rest };
  const stored = await storeEnded(job, { store, shipped, signal, progress: () => undefined });
  const text = await textOf(store.read(ref, 0));
  expect(stored.bytes).toBe(Buffer.byteLength(text));
  expect(await store.grown(ref)).toBeNull();
  return text;
}

test('a log that was not collected is read from its beginning', async () => {
  const source = new LogSource().write('one\ntwo').end();
  expect(await storedText(new DirectoryLogStore(logDir()), source)).toBe('one\ntwo');
});

test('a log that was collected is read on from there, and not again', async () => {
  const store = new DirectoryLogStore(logDir());
  await grow(store, 'one\n');
  const source = new LogSource().write('one\ntwo\n').end();
  expect(await storedText(store, source)).toBe('one\ntwo\n');
  expect(source.begun).toEqual([4]);
});

test('a log that was collected whole needs its pod no more', async () => {
  const store = new DirectoryLogStore(logDir());
  await grow(store, 'one\n', true);
  expect(await storedText(store, new LogSource().vanish())).toBe('one\n');
});

test.each([
  ['whole lines', 'one\n', `one\n${MAY_END_EARLY}`],
  ['part of a line', 'one\ntw', `one\ntw\n${MAY_END_EARLY}`],
])('a pod that is gone leaves what was collected, %s, and is said', async (_, grown, whole) => {
  const store = new DirectoryLogStore(logDir());
  await grow(store, grown);
  expect(await storedText(store, new LogSource().vanish())).toBe(whole);
});

test('a job of which nothing was collected, and whose pod is gone, has that line alone', async () => {
  const text = await storedText(new DirectoryLogStore(logDir()), new LogSource().vanish());
  expect(text).toBe(MAY_END_EARLY);
});

test('a job that never started has an empty log', async () => {
  const store = new DirectoryLogStore(logDir());
  expect(await storedText(store, new LogSource().vanish(), { ran: false })).toBe('');
});

test('a job that the engine knows no more keeps what was collected', async () => {
  const store = new DirectoryLogStore(logDir());
  await grow(store, 'one\n');
  expect(await storedText(store, null)).toBe(`one\n${MAY_END_EARLY}`);
});

test.each([
  ['nothing was collected', ''],
  ['a part was collected', 'one\ntw'],
  ['all was collected', 'one\ntwo\nthree\n'],
])('what an agent shipped stands in for a pod that is gone: %s', async (_, grown) => {
  const store = new DirectoryLogStore(logDir());
  if (grown !== '') await grow(store, grown);
  const shipped = shippedText('one\ntwo\nthree\n');
  expect(await storedText(store, new LogSource().vanish(), { shipped })).toBe('one\ntwo\nthree\n');
  expect(shipped.asked).toEqual([{ runId: 'run-1', attempt: 2, pod: 'pod-7' }]);
});

test('what was shipped and does not continue what was collected follows it, and is said', async () => {
  const store = new DirectoryLogStore(logDir());
  await grow(store, 'one\n[flotilla] bytes were lost\n');
  const shipped = shippedText('one\ntwo\nthree\nfour and a good deal more\n');
  const text = await storedText(store, new LogSource().vanish(), { shipped });
  expect(text).toBe(
    `one\n[flotilla] bytes were lost\n${SHIPPED_FOLLOWS}one\ntwo\nthree\nfour and a good deal more\n`,
  );
});

test('what was shipped and is shorter than what was collected adds nothing', async () => {
  const store = new DirectoryLogStore(logDir());
  await grow(store, 'one\ntwo\n');
  const shipped = shippedText('one\n');
  const text = await storedText(store, new LogSource().vanish(), { shipped });
  expect(text).toBe(`one\ntwo\n${MAY_END_EARLY}`);
});

test('a cluster that does not answer costs nothing but another try', async () => {
  const store = new DirectoryLogStore(logDir());
  await grow(store, 'one\n');
  const source = new LogSource().write('one\ntwo\n').end().failOnce(new Error('no answer'));
  await expect(storedText(store, source)).rejects.toThrow('no answer');
  expect(await store.grown(ref)).toMatchObject({ bytes: 4, complete: false });
  expect(await storedText(store, source)).toBe('one\ntwo\n');
});

test('while another worker still collects, the end is left to it', async () => {
  const store = new DirectoryLogStore(logDir());
  await grow(store, 'one\n');
  const source = new LogSource().write('one\ntwo\n').end();
  const racing: EndedJob['tail'] = async function* (cursor, how) {
    // The other one is a step ahead.
    if (source.begun.length === 0) await grow(store, 'two\n');
    yield* source.tail(cursor, how);
  };
  expect(await storedText(store, source, { tail: racing })).toBe('one\ntwo\n');
});
