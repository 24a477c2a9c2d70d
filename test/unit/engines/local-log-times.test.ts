import { appendFileSync, mkdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { LogLooks, logTimesOf } from '../../../engines/local/log-times.ts';
import { Layout, type AttemptFiles } from '../../../engines/local/paths.ts';
import { logDir } from '../../support/log-dir.ts';

const ref = { runId: 'run-1', attempt: 1 };

function liveJob(): { layout: Layout; files: AttemptFiles; write(text: string, at: number): void } {
  const layout = new Layout(join(logDir(), 'cluster'));
  const files = layout.files(ref);
  for (const dir of [layout.live, files.dir, dirname(files.log)]) {
    mkdirSync(dir, { recursive: true });
  }
  writeFileSync(files.live, '');
  const write = (text: string, at: number): void => {
    appendFileSync(files.log, text);
    utimesSync(files.log, new Date(at), new Date(at));
  };
  return { layout, files, write };
}

test('each growth of a log that is looked at has the time at which it was written', () => {
  const { layout, files, write } = liveJob();
  const looks = new LogLooks(layout);
  const began = Date.now();
  write('one\n', began);
  looks.look(began + 500);
  looks.look(began + 1_000_000);
  write('two\n', began + 1_000_400);
  looks.look(began + 1_001_000);
  write('three\n', began + 1_001_200);
  const times = logTimesOf(layout, files);
  expect([0, 4, 8, 14].map((offset) => times?.at(offset))).toEqual([
    began,
    began + 1_000_400,
    began + 1_001_200,
    null,
  ]);
});

test('lines written while nobody looked for long have no time', () => {
  const { layout, files, write } = liveJob();
  const began = Date.now();
  write('one\n', began);
  new LogLooks(layout).look(began + 500);
  write('two\nthree\n', began + 3_600_000);
  new LogLooks(layout).look(began + 3_600_100);
  write('four\n', began + 3_600_500);
  const times = logTimesOf(layout, files);
  const seen = [0, 4, 8, 14].map((offset) => times?.at(offset));
  expect(seen).toEqual([began, null, null, began + 3_600_500]);
});

test('damaged notes, or those of two watchers, are no harm', () => {
  const { layout, files, write } = liveJob();
  const began = Date.now();
  write('one\ntwo\n', began);
  writeFileSync(files.logTimes, `4 ${began}.\n4 ${began + 9}.\nnonsense\n-3 7.\n9e99 1.\n12 17`);
  expect(logTimesOf(layout, files)?.at(0)).toBe(began);
  new LogLooks(layout).look(began);
  expect(logTimesOf(layout, files)?.covered).toBe(8);
});

test('the notes of a log that grows for months stay small', () => {
  const { layout, files, write } = liveJob();
  const looks = new LogLooks(layout);
  const began = Date.now();
  const day = 24 * 3600 * 1000;
  write('x', began);
  looks.look(began);
  for (let i = 0; i < 20_000; i += 1) {
    const at = began + 90 * day + i * 1_000;
    write('x', at);
    looks.look(at);
  }
  expect(statSync(files.logTimes).size).toBeLessThan(20_000);
});
