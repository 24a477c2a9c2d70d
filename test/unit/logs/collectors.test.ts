import { expect, onTestFinished, test } from 'vitest';
import { LogCollectors } from '../../../logs/collectors.ts';
import type { LogTail } from '../../../logs/collect.ts';
import { DirectoryLogStore } from '../../../logs/directory-store.ts';
import { eventually } from '../../support/eventually.ts';
import { logDir, textOf } from '../../support/log-dir.ts';
import { LogSource } from '../../support/log-source.ts';

const ref = { runId: 'run-1', attempt: 1 };
const running = { over: false };

function collectorsOf(store: DirectoryLogStore, tail: LogTail) {
  const warnings: string[] = [];
  const collectors = new LogCollectors({
    store,
    tailOf: () => tail,
    warn: (_, detail) => warnings.push(String(detail['error'])),
    overMs: 20,
    firstPauseMs: 20,
  });
  onTestFinished(() => collectors.close());
  return { collectors, warnings };
}

const textIn = (store: DirectoryLogStore): Promise<string> => textOf(store.readGrown(ref, 0));
const bytesIn = async (store: DirectoryLogStore): Promise<number> =>
  (await store.grown(ref))?.bytes ?? 0;

test('a log is collected as it grows, once however often its job is seen, until it is whole', async () => {
  const store = new DirectoryLogStore(logDir());
  const source = new LogSource().write('one\n');
  const { collectors } = collectorsOf(store, source.tail);
  for (let i = 0; i < 3; i += 1) collectors.collect(ref, 'x', running);
  await eventually('the first line', async () => (await bytesIn(store)) === 4);
  source.write('two\n');
  await eventually('the second line', async () => (await bytesIn(store)) === 8);
  expect(collectors.size).toBe(1);
  source.end();
  await eventually('it is whole', async () => (await store.grown(ref))?.complete);
  await eventually('nothing is collected any more', () => collectors.size === 0);
  expect(await textIn(store)).toBe('one\ntwo\n');
  expect(source.begun).toEqual([0]);
});

test('a source that breaks off is tried again, behind what is there', async () => {
  const store = new DirectoryLogStore(logDir());
  const source = new LogSource().write('one\n');
  const { collectors, warnings } = collectorsOf(store, source.tail);
  collectors.collect(ref, 'x', running);
  await eventually('the first line', async () => (await bytesIn(store)) === 4);
  source.failOnce(new Error('connection reset'));
  await eventually('it is tried again', () => source.begun.length === 2);
  source.write('two\n').end();
  await eventually('it is whole', async () => (await store.grown(ref))?.complete);
  expect(await textIn(store)).toBe('one\ntwo\n');
  expect(source.begun).toEqual([0, 4]);
  expect(warnings).toEqual(['connection reset']);
});

test('a pod that is gone ends the collecting, and what there was is kept', async () => {
  const store = new DirectoryLogStore(logDir());
  const source = new LogSource().write('one\n');
  const { collectors, warnings } = collectorsOf(store, source.tail);
  collectors.collect(ref, 'x', running);
  await eventually('the first line', async () => (await bytesIn(store)) === 4);
  source.vanish();
  await eventually('nothing is collected any more', () => collectors.size === 0);
  expect(await store.grown(ref)).toMatchObject({ bytes: 4, complete: false });
  expect(warnings).toEqual([]);
});

test('a worker that ends keeps what it has, and another one goes on there', async () => {
  const dir = logDir();
  const source = new LogSource().write('one\n');
  const first = collectorsOf(new DirectoryLogStore(dir), source.tail);
  const second = collectorsOf(new DirectoryLogStore(dir), source.tail);
  const store = new DirectoryLogStore(dir);
  first.collectors.collect(ref, 'x', running);
  await eventually('the first line', async () => (await bytesIn(store)) === 4);
  source.write('two\n');
  await eventually('the second line', async () => (await bytesIn(store)) === 8);
  await first.collectors.close();
  expect(first.collectors.size).toBe(0);
  source.write('three\n');
  second.collectors.collect(ref, 'x', running);
  source.end();
  await eventually('it is whole', async () => (await store.grown(ref))?.complete);
  expect(await textIn(store)).toBe('one\ntwo\nthree\n');
  expect(source.begun).toEqual([0, 8]);
});

test('two workers that both collect a log bring each byte once', async () => {
  const dir = logDir();
  const store = new DirectoryLogStore(dir);
  const source = new LogSource();
  const both = [1, 2].map(() => collectorsOf(new DirectoryLogStore(dir), source.tail));
  for (const { collectors } of both) collectors.collect(ref, 'x', running);
  let text = '';
  for (let i = 0; i < 50; i += 1) {
    source.write(`line ${i}\n`);
    text += `line ${i}\n`;
    const length = text.length;
    await eventually(`line ${i}`, async () => (await bytesIn(store)) >= length);
    expect(await textIn(store)).toBe(text);
  }
  source.end();
  await eventually('it is whole', async () => (await store.grown(ref))?.complete);
  await eventually('both have ended', () => both.every(({ collectors }) => collectors.size === 0));
  expect(await textIn(store)).toBe(text);
  expect(both.flatMap(({ warnings }) => warnings)).toEqual([]);
});

test('the log of a job that was over when it was first seen is collected unless it is stored', async () => {
  const store = new DirectoryLogStore(logDir());
  const source = new LogSource().write('all\n').end();
  const { collectors } = collectorsOf(store, source.tail);
  const other = { runId: 'run-2', attempt: 1 };
  const bytes = source.tail(null, { follow: false, signal: new AbortController().signal });
  const stored = async function* (): AsyncGenerator<Uint8Array> {
    for await (const piece of bytes) yield piece.bytes;
  };
  await store.store(other, { kind: 'bytes', bytes: stored() }, () => undefined);
  collectors.collect(other, 'y', { over: true });
  collectors.collect(ref, 'x', { over: true });
  await eventually('it is whole', async () => (await store.grown(ref))?.complete);
  await eventually('both have ended', () => collectors.size === 0);
  expect(source.begun).toEqual([0, 0]);
});

test('who wants a log whole waits for its collector, but not for one that is stuck', async () => {
  const store = new DirectoryLogStore(logDir());
  const { signal } = new AbortController();
  const source = new LogSource().write('one\n');
  const { collectors } = collectorsOf(store, source.tail);
  collectors.collect(ref, 'x', running);
  await eventually('the first line', async () => (await bytesIn(store)) === 4);
  const settled = collectors.settle(ref, signal);
  source.write('two\n').end();
  await settled;
  expect(await store.grown(ref)).toMatchObject({ bytes: 8, complete: true });
  const stuck = { runId: 'run-2', attempt: 1 };
  collectors.collect(stuck, 'y', { over: true });
  await collectors.settle(stuck, signal);
  expect(collectors.size).toBe(0);
});

test('300 MB are collected in little memory, at the pace of the store', async () => {
  const store = new DirectoryLogStore(logDir());
  const chunk = Buffer.alloc(64 * 1024, 'x');
  const chunks = 4_800;
  let given = 0;
  const tail: LogTail = async function* () {
    for (; given < chunks; given += 1) {
      yield { bytes: Buffer.from(chunk), cursor: String(given * chunk.length) };
    }
  };
  const before = process.memoryUsage().rss;
  let most = 0;
  const watching = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 10);
  const { collectors } = collectorsOf(store, tail);
  collectors.collect(ref, 'x', running);
  await eventually('it is whole', async () => (await store.grown(ref))?.complete);
  const bytes = store.readGrown(ref, 0);
  const stored = await store.store(ref, { kind: 'bytes', bytes }, () => undefined);
  clearInterval(watching);
  expect(stored.bytes).toBe(chunks * chunk.length);
  expect(most - before).toBeLessThan(150_000_000);
}, 60_000);
