import { appendFileSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DirectoryLogStore } from '../../../logs/directory-store.ts';
import type { LogDraft } from '../../../logs/store.ts';
import { eventually } from '../../support/eventually.ts';
import { logDir, textOf } from '../../support/log-dir.ts';

const ref = { runId: 'run-1', attempt: 1 };
const say = (draft: LogDraft, text: string, cursor: string): Promise<void> =>
  draft.append(Buffer.from(text), cursor);

/** The paths of segments' files, the first segment first. */
function files(dir: string, ending: RegExp): string[] {
  return (readdirSync(dir, { recursive: true }) as string[])
    .filter((name) => ending.test(name))
    .toSorted()
    .map((name) => join(dir, name));
}

test('what is appended can be read at once, and the next collector goes on behind it', async () => {
  const store = new DirectoryLogStore(logDir());
  expect(await store.grown(ref)).toBeNull();
  const first = await store.grow(ref);
  await say(first, 'one\n', 'c1');
  await eventually('the bytes show', async () => (await store.grown(ref))?.bytes === 4);
  expect(await store.grown(ref)).toEqual({ bytes: 4, cursor: 'c1', complete: false });
  await first.close();
  const second = await store.grow(ref);
  expect(second).toMatchObject({ bytes: 4, cursor: 'c1', complete: false });
  await say(second, 'two\n', 'c2');
  await second.finish();
  await second.close();
  expect(await store.grown(ref)).toEqual({ bytes: 8, cursor: 'c2', complete: true });
  expect(await textOf(store.readGrown(ref, 0))).toBe('one\ntwo\n');
  expect(await textOf(store.readGrown(ref, 2))).toBe('e\ntwo\n');
});

test('a collector that brought nothing leaves nothing; an empty log can be whole', async () => {
  const dir = logDir();
  const store = new DirectoryLogStore(dir);
  await (await store.grow(ref)).close();
  expect(readdirSync(dir)).toEqual([]);
  const draft = await store.grow(ref);
  await draft.finish();
  await draft.close();
  expect(await store.grown(ref)).toEqual({ bytes: 0, cursor: null, complete: true });
  expect(await textOf(store.readGrown(ref, 0))).toBe('');
});

test('a collector that froze and goes on later does no harm, and is told', async () => {
  const store = new DirectoryLogStore(logDir());
  const frozen = await store.grow(ref);
  await say(frozen, 'a', '1');
  await eventually('its first byte is there', async () => (await store.grown(ref))?.bytes === 1);
  const next = await store.grow(ref);
  await say(next, 'b', '2');
  await eventually('the next goes on', async () => (await store.grown(ref))?.bytes === 2);
  await eventually('the frozen one is told that it is over', async () => {
    const told = await say(frozen, 'X', 'x')
      .then(() => frozen.finish())
      .catch((error: unknown) => error);
    return told instanceof Error && told.message.includes('another collector');
  });
  await frozen.close().catch(() => undefined);
  await say(next, 'c', '3');
  await next.close();
  expect(await textOf(store.readGrown(ref, 0))).toBe('abc');
  expect(await store.grown(ref)).toMatchObject({ cursor: '3', complete: false });
});

test('of two collectors that began at the same place, one goes on', async () => {
  const store = new DirectoryLogStore(logDir());
  const [one, two] = [await store.grow(ref), await store.grow(ref)];
  await say(one, 'same\n', '5');
  await one.finish();
  await say(two, 'same\n', '5');
  await expect(two.finish()).rejects.toMatchObject({ code: 'conflict' });
  await one.close();
  await two.close().catch(() => undefined);
  expect(await textOf(store.readGrown(ref, 0))).toBe('same\n');
});

test('bytes without their mark, and a mark that is torn, count for nothing', async () => {
  const dir = logDir();
  const store = new DirectoryLogStore(dir);
  const first = await store.grow(ref);
  await say(first, 'kept\n', 'k');
  await first.close();
  const [bytes = ''] = files(dir, /\.part\.1$/);
  const [marks = ''] = files(dir, /\.part\.1\.at$/);
  appendFileSync(bytes, 'never marked');
  appendFileSync(marks, '[0,17,"la');
  expect(await store.grown(ref)).toEqual({ bytes: 5, cursor: 'k', complete: false });
  expect(await textOf(store.readGrown(ref, 0))).toBe('kept\n');
  const second = await store.grow(ref);
  await say(second, 'more\n', 'm');
  await second.close();
  expect(await textOf(store.readGrown(ref, 0))).toBe('kept\nmore\n');
});

test('marks that outlived their bytes when the power went are not believed', async () => {
  const dir = logDir();
  const store = new DirectoryLogStore(dir);
  const draft = await store.grow(ref);
  await say(draft, 'first\n', '1');
  await eventually('the first mark', async () => (await store.grown(ref))?.cursor === '1');
  await say(draft, 'second\n', '2');
  await draft.close();
  truncateSync(files(dir, /\.part\.1$/)[0] ?? '', 8);
  expect(await store.grown(ref)).toEqual({ bytes: 6, cursor: '1', complete: false });
});

test('a busy log’s marks take little room, however long it runs', async () => {
  const dir = logDir();
  const store = new DirectoryLogStore(dir);
  const draft = await store.grow(ref);
  const line = Buffer.alloc(256 * 1024, 'x');
  // A full chunk is written at once, and marked.
  for (let i = 1; i <= 600; i += 1) await draft.append(line, `${'c'.repeat(60)}${i}`);
  await draft.close();
  expect(readFileSync(files(dir, /\.at$/)[0] ?? '').length).toBeLessThan(20_000);
  expect(await store.grown(ref)).toMatchObject({ bytes: 600 * line.length });
  expect((await store.grown(ref))?.cursor).toMatch(/600$/);
});

test('once the log is stored its segments are gone, and no collector begins again', async () => {
  const dir = logDir();
  const store = new DirectoryLogStore(dir);
  const draft = await store.grow(ref);
  await say(draft, 'all\n', 'a');
  await draft.finish();
  const late = await new DirectoryLogStore(dir).grow({ ...ref, attempt: 2 });
  const bytes = store.readGrown(ref, 0);
  await store.store(ref, { kind: 'bytes', bytes }, () => undefined);
  await draft.close();
  await late.close();
  expect(files(dir, /\.part\./)).toEqual([]);
  expect(await store.grown(ref)).toBeNull();
  expect(await textOf(store.read(ref, 0))).toBe('all\n');
  const again = await store.grow(ref);
  await say(again, 'all\n', 'a');
  await expect(again.finish()).rejects.toMatchObject({ code: 'conflict' });
  await again.close().catch(() => undefined);
  expect(files(dir, /\.part\./)).toEqual([]);
});

test('a store that died before it removed the segments removes them when it is repeated', async () => {
  const dir = logDir();
  const store = new DirectoryLogStore(dir);
  const none = async function* (): AsyncGenerator<Uint8Array> {
    yield Buffer.from('all\n');
  };
  await store.store(ref, { kind: 'bytes', bytes: none() }, () => undefined);
  const [lines = ''] = files(dir, /\.lines$/);
  writeFileSync(lines.replace(/lines$/, 'part.1'), 'all\n');
  writeFileSync(lines.replace(/lines$/, 'part.1.at'), '[0,4,"a",false]\n');
  expect(await store.grown(ref)).toBeNull();
  await store.store(ref, { kind: 'bytes', bytes: none() }, () => undefined);
  expect(files(dir, /\.part\./)).toEqual([]);
});

/** What may happen to a log: a collector begins, brings bytes, freezes, crashes in some place. */
const step = fc.oneof(
  fc.record({ what: fc.constant('append' as const), bytes: fc.integer({ min: 1, max: 40 }) }),
  fc.record({ what: fc.constantFrom('takeOver', 'close', 'thaw', 'read' as const) }),
  fc.record({
    what: fc.constant('crash' as const),
    unmarked: fc.integer({ min: 0, max: 30 }),
    torn: fc.boolean(),
  }),
);

test('whatever crashes or freezes wherever, readers see the source’s bytes, each once', async () => {
  const source = Buffer.from(Array.from({ length: 2_000 }, (_, i) => `line ${i}\n`).join(''));
  let run = 0;
  const dir = logDir();
  const store = new DirectoryLogStore(dir);
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const mine = { runId: `r${run++}`, attempt: 1 };
      const frozen: LogDraft[] = [];
      const thawed = new Set<LogDraft>();
      let draft = await store.grow(mine);
      let shown = 0;
      const bring = async (to: LogDraft, count: number): Promise<void> => {
        const at = Number(to.cursor ?? 0);
        expect(to.bytes).toBe(at);
        const bytes = source.subarray(at, at + count);
        await to.append(bytes, String(at + bytes.length));
      };
      const look = async (): Promise<void> => {
        const grown = await store.grown(mine);
        if (grown === null) return;
        expect(grown.cursor ?? '0').toBe(String(grown.bytes));
        const text = await textOf(store.readGrown(mine, 0));
        expect(text).toBe(source.subarray(0, text.length).toString());
        // What was shown once stays.
        expect(text.length).toBeGreaterThanOrEqual(shown);
        shown = text.length;
      };
      for (const one of steps) {
        if (one.what === 'append') {
          await bring(draft, one.bytes).catch(() => undefined);
        } else if (one.what === 'thaw') {
          for (const old of frozen) {
            thawed.add(old);
            await bring(old, 7).catch(() => undefined);
          }
        } else if (one.what === 'read') {
          await look();
        } else {
          // Written as far as it had come; then what a crash leaves.
          await draft.close().catch(() => undefined);
          // Only a segment that nobody writes any more ends in what a crash left.
          for (const old of one.what === 'crash' ? thawed : []) {
            await old.close().catch(() => undefined);
          }
          const at = files(join(dir), new RegExp(`${mine.runId}/1\\.part\\.\\d+\\.at$`)).at(-1);
          if (one.what === 'crash' && at !== undefined) {
            appendFileSync(at.replace(/\.at$/, ''), 'z'.repeat(one.unmarked));
            if (one.torn) appendFileSync(at, '[0,99999,"99');
          }
          if (one.what === 'takeOver') frozen.push(await store.grow(mine));
          draft = await store.grow(mine);
        }
      }
      await draft.close().catch(() => undefined);
      for (const old of frozen) await old.close().catch(() => undefined);
      await look();
    }),
    { numRuns: 60 },
  );
});
