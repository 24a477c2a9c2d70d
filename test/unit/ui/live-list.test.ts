import { describe, expect, test } from 'vitest';
import type { RunSummary } from '../../../ui/api/run-filter.ts';
import { heldBack, liveRows, orderOf } from '../../../ui/pages/runs/live-list.ts';

/** @param minute at which it was queued, null for never */
function run(id: string, minute: number | null, status: RunSummary['status'] = 'RUNNING') {
  const queued_at =
    minute === null ? null : new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();
  return { run_id: id, status, queued_at } as RunSummary;
}
const ids = (rows: readonly RunSummary[]): string => rows.map((row) => row.run_id).join(' ');

const ROWS = [run('e', 50), run('d', 40), run('c', 30)];

describe('a list and what has changed since it was read', () => {
  test('changed runs change in their places', () => {
    const rows = liveRows(ROWS, new Map([['d', run('d', 40, 'STOPPED')]]), false);
    expect(ids(rows)).toBe('e d c');
    expect(rows[1]?.status).toBe('STOPPED');
  });

  test('a list by the end of runs has them in that order', () => {
    expect(orderOf({ finished_since: '2026-01-01T00:00:00Z' })).toBe('finished_at');
    expect(orderOf({ queued_since: '2026-01-01T00:00:00Z' })).toBe('queued_at');
    const ended = (id: string, queued: number, minute: number) => ({
      ...run(id, queued, 'STOPPED'),
      finished_at: new Date(Date.UTC(2026, 0, 1, 1, minute)).toISOString(),
    });
    const rows = [ended('long', 1, 30), ended('short', 20, 25)];
    const changes = new Map([['new', ended('new', 10, 27)]]);
    expect(ids(liveRows(rows, changes, false, 'finished_at'))).toBe('long new short');
  });

  test('new runs come in where they belong', () => {
    const changes = new Map([
      ['f', run('f', 60)],
      ['g', run('g', 45)],
      ['h', run('h', 40)],
    ]);
    expect(ids(liveRows(ROWS, changes, false))).toBe('f e g h d c');
  });

  test('what belongs behind the last row waits for its page', () => {
    const changes = new Map([['b', run('b', 20)]]);
    expect(ids(liveRows(ROWS, changes, true))).toBe('e d c');
    expect(ids(liveRows(ROWS, changes, false))).toBe('e d c b');
  });

  test('runs that match no more are gone, also those that were never there', () => {
    const changes = new Map([
      ['d', null],
      ['x', null],
    ]);
    expect(ids(liveRows(ROWS, changes, false))).toBe('e c');
  });

  test('a run that two pages have is there once', () => {
    expect(ids(liveRows([...ROWS, run('c', 30)], new Map([['x', null]]), true))).toBe('e d c');
  });

  test('runs without a time are last', () => {
    const rows = liveRows([...ROWS, run('z', null)], new Map([['f', run('f', 10)]]), false);
    expect(ids(rows)).toBe('e d c f z');
  });
});

describe('somebody who reads further down', () => {
  test('is told how many came in, and the rows stay', () => {
    const anchor = run('d', 40);
    const { shown, held } = heldBack(ROWS, anchor);
    expect([ids(shown), held]).toEqual(['d c', 1]);
  });

  test('keeps the place when the row that was first is gone', () => {
    const { shown, held } = heldBack(ROWS, run('gone', 45));
    expect([ids(shown), held]).toEqual(['d c', 1]);
  });
});
