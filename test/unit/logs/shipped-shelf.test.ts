import { expect, test } from 'vitest';
import { AttemptLog } from '../../../logs/attempt-log.ts';
import { readLines } from '../../../logs/lines.ts';
import { nextPage } from '../../../logs/pages.ts';
import { ShippedShelf } from '../../../logs/shipped-shelf.ts';
import { textOf } from '../../support/log-dir.ts';

const ref = { runId: 'run-1', attempt: 1 };

function logOf(text: string | null, over: boolean): AttemptLog {
  const read = async () =>
    text === null
      ? null
      : (async function* () {
          for (let at = 0; at < text.length; at += 3) yield Buffer.from(text.slice(at, at + 3));
        })();
  const shelf = new ShippedShelf({ read }, { runId: ref.runId, attempt: null, pod: null }, over);
  return new AttemptLog(shelf, { ref, externalId: null, live: null, isOver: async () => over });
}

test('the log of a run of flotilla-os is read like any other', async () => {
  const log = logOf('one\ntwo', true);
  expect(await log.size()).toEqual({ bytes: 7, complete: true });
  expect(await textOf(log.read(2))).toBe('e\ntwo');
  expect(await nextPage([log], '')).toEqual({ log: 'one\ntwo', lastSeen: '1-7' });
  expect(await nextPage([log], '1-7')).toEqual({ log: '', lastSeen: '1-7' });
  expect((await readLines(log, 2, 1)).lines.map((line) => line.text)).toEqual(['two']);
});

test('while the run goes on, its log is not taken for whole', async () => {
  const log = logOf('one\ntw', false);
  expect(await log.size()).toEqual({ bytes: 6, complete: false });
  expect(await nextPage([log], '')).toEqual({ log: 'one\n', lastSeen: '1-4' });
});

test('a run of which nothing was shipped has an empty log', async () => {
  const log = logOf(null, true);
  expect(await log.size()).toEqual({ bytes: 0, complete: false });
  expect(await textOf(log.read(0))).toBe('');
});
