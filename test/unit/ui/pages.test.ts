import { expect, test } from 'vitest';
import { PAGE_LINES, Pages } from '../../../ui/log/pages.ts';

const line = (text: string) => ({ text, truncated: false });
const lines = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) => line(String(from + i)));

test('lines that were put are at hand, and pages of which some are not are missing', () => {
  const pages = new Pages();
  pages.put(PAGE_LINES - 2, lines(PAGE_LINES - 2, 4));
  expect(pages.get(PAGE_LINES + 1)?.text).toBe(String(PAGE_LINES + 1));
  expect(pages.missing(PAGE_LINES - 2, PAGE_LINES + 2)).toEqual([]);
  expect(pages.missing(-5, PAGE_LINES + 3)).toEqual([0, 1]);
});

test('an answer that took long does not undo what came meanwhile', () => {
  const pages = new Pages();
  pages.put(1, [line('whole line')]);
  pages.fill(0, [line('first'), line('whole')]);
  expect([pages.get(0)?.text, pages.get(1)?.text]).toEqual(['first', 'whole line']);
});

test('a log of a million lines does not stay in memory: what is used least is dropped', () => {
  const pages = new Pages();
  for (let from = 0; from < 1_000_000; from += PAGE_LINES) {
    pages.put(from, lines(from, PAGE_LINES));
  }
  const held = Array.from({ length: 1_000_000 }, (_, i) => pages.get(i)).filter(Boolean);
  expect(held.length).toBeLessThanOrEqual(60 * PAGE_LINES);
  expect(pages.get(999_999)?.text).toBe('999999');
});
