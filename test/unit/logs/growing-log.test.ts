import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AttemptLog, type LiveLogs } from '../../../logs/attempt-log.ts';
import { DirectoryLogStore } from '../../../logs/directory-store.ts';
import { readLines } from '../../../logs/lines.ts';
import { nextPage } from '../../../logs/pages.ts';
import type { LogDraft } from '../../../logs/store.ts';
import { eventually } from '../../support/eventually.ts';
import { logDir, textOf } from '../../support/log-dir.ts';

const ref = { runId: 'run-1', attempt: 1 };
const { signal } = new AbortController();

function logIn(store: DirectoryLogStore, live: LiveLogs | null = null): AttemptLog {
  return new AttemptLog(store, { ref, externalId: 'x', live, isOver: async () => false });
}

async function add(draft: LogDraft, text: string): Promise<void> {
  await draft.append(Buffer.from(text), String(draft.bytes + Buffer.byteLength(text)));
}

const move = (store: DirectoryLogStore): Promise<unknown> =>
  store.store(ref, { kind: 'bytes', bytes: store.readGrown(ref, 0) }, () => undefined);

test('a log that is collected is read without its engine', async () => {
  const store = new DirectoryLogStore(logDir());
  expect(await logIn(store).size()).toEqual({ bytes: 0, complete: false });
  expect(await textOf(logIn(store).read(0))).toBe('');
  const draft = await store.grow(ref);
  await add(draft, 'one\ntw');
  await draft.close();
  const log = logIn(store);
  expect(await log.size()).toEqual({ bytes: 6, complete: false });
  expect(await textOf(log.read(2))).toBe('e\ntw');
  expect((await readLines(log, 1, 9)).lines.map((line) => line.text)).toEqual(['one', 'tw']);
  expect(await nextPage([log], '')).toEqual({ log: 'one\n', lastSeen: '1-4' });
});

test('before anything is collected, the engine is read where this server knows it', async () => {
  const store = new DirectoryLogStore(logDir());
  const live: LiveLogs = {
    logSize: async () => 3,
    async *logs(_, offset) {
      yield Buffer.from('abc').subarray(offset);
    },
  };
  expect(await logIn(store, live).size()).toEqual({ bytes: 3, complete: false });
  expect(await textOf(logIn(store, live).read(1))).toBe('bc');
});

test('a follower has new bytes at once, and each byte once', async () => {
  const store = new DirectoryLogStore(logDir());
  const draft = await store.grow(ref);
  let seen = '';
  let chunks = 0;
  const following = (async () => {
    for await (const chunk of logIn(store).follow(0, signal)) {
      chunks += 1;
      seen += Buffer.from(chunk).toString();
    }
  })();
  const waits: number[] = [];
  for (let i = 0; i < 10; i += 1) {
    const began = performance.now();
    await add(draft, `line ${i}\n`);
    await eventually('it is seen', () => seen.endsWith(`line ${i}\n`));
    waits.push(performance.now() - began);
  }
  await draft.finish();
  await following;
  await draft.close();
  expect(seen).toBe(Array.from({ length: 10 }, (_, i) => `line ${i}\n`).join(''));
  expect(chunks).toBe(10);
  expect(waits.toSorted((a, b) => a - b)[5]).toBeLessThan(400);
});

test('a reader in the middle of a log that moves into the store goes on at the next byte', async () => {
  const store = new DirectoryLogStore(logDir());
  const text = Array.from({ length: 100_000 }, (_, i) => `line ${i}\n`).join('');
  let from = 0;
  // Three segments: the move takes those away that the reader has not come to.
  for (const to of [text.length / 3, (text.length * 2) / 3, text.length].map(Math.floor)) {
    const draft = await store.grow(ref);
    await add(draft, text.slice(from, to));
    if (to === text.length) await draft.finish();
    await draft.close();
    from = to;
  }
  let seen = '';
  for await (const chunk of logIn(store).read(0)) {
    if (seen === '') await move(store);
    seen += Buffer.from(chunk).toString();
  }
  expect(seen).toBe(text);
});

test('followers, pages and raw readers of a log see the same while it grows and moves', async () => {
  const dir = logDir();
  const store = new DirectoryLogStore(dir);
  const pieces = fc.array(fc.string({ unit: fc.constantFrom('a', '\n', 'é'), minLength: 1 }), {
    minLength: 1,
    maxLength: 6,
  });
  let run = 0;
  await fc.assert(
    fc.asyncProperty(pieces, fc.boolean(), async (texts, takeOver) => {
      const mine = { runId: `r${run++}`, attempt: 1 };
      const source = { ref: mine, externalId: 'x', live: null, isOver: async () => false };
      const log = new AttemptLog(store, source);
      const followed = textOf(log.follow(0, signal));
      let paged = '';
      let last = '';
      const page = async (): Promise<number> => {
        const next = await nextPage([new AttemptLog(store, source)], last);
        paged += next.log;
        last = next.lastSeen;
        return next.log.length;
      };
      let draft = await store.grow(mine);
      for (const text of texts) {
        await add(draft, text);
        if (takeOver) {
          await draft.close();
          draft = await store.grow(mine);
        }
        await page();
      }
      await draft.finish();
      await draft.close();
      await page();
      const bytes = store.readGrown(mine, 0);
      await store.store(mine, { kind: 'bytes', bytes }, () => undefined);
      while ((await page()) > 0);
      expect(paged).toBe(texts.join(''));
      expect(await followed).toBe(texts.join(''));
      expect(await textOf(log.read(0))).toBe(texts.join(''));
    }),
    { numRuns: 25 },
  );
});
