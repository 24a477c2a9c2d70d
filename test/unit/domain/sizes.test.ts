import { expect, test } from 'vitest';
import { instantOf } from '../../../domain/instant.ts';
import { refuseLongList, refuseLongTexts } from '../../../domain/sizes.ts';

test('a text is measured in bytes, and the field at fault is named', () => {
  expect(() => refuseLongTexts({ alias: 'é'.repeat(1_000), image: null })).not.toThrow();
  expect(() => refuseLongTexts({ image: 'i', alias: 'é'.repeat(1_001) })).toThrow(
    expect.objectContaining({ code: 'invalid', field: 'alias' }),
  );
});

test('a list may be as long as is allowed, or absent', () => {
  expect(() => refuseLongList('tags', undefined)).not.toThrow();
  expect(() => refuseLongList('tags', Array<string>(1_000).fill('t'))).not.toThrow();
  expect(() => refuseLongList('tags', Array<string>(1_001).fill('t'))).toThrow('more than 1000');
});

test.each([
  ['2026-01-31', '2026-01-31T00:00:00.000Z'],
  ['2026-01-31T12:00:00+01:00', '2026-01-31T11:00:00.000Z'],
  ['9999-12-31T23:59:59Z', '9999-12-31T23:59:59.000Z'],
])('%s is the time %s', (text, time) => {
  expect(instantOf(text)?.toISOString()).toBe(time);
});

test.each(['yesterday', '', '0000-12-31T23:59:59Z', '+010000-01-01', '0001-01-01T00:00:00+01:00'])(
  '%j is no time that can be stored',
  (text) => {
    expect(instantOf(text)).toBeNull();
  },
);
