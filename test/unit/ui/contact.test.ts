import { expect, test } from 'vitest';
import { contactOf } from '../../../ui/pages/clusters/contact.ts';

const NOON = '2026-01-01T12:00:00.000Z';
const LATER = '2026-01-01T12:01:00.000Z';
const NOW = Date.parse(LATER);
const HOUR_MS = 3_600_000;

test.each([
  ['answers', { reached_at: LATER, last_error: 'x', last_error_at: NOON }, NOW, 'Answers', null],
  ['fails', { reached_at: NOON, last_error: 'x', last_error_at: LATER }, NOW, 'Fails', 'x'],
  ['failed ever', { reached_at: null, last_error: 'x', last_error_at: NOON }, NOW, 'Fails', 'x'],
  ['new', { reached_at: null, last_error: null, last_error_at: null }, NOW, 'Never reached', null],
  [
    'silent',
    { reached_at: NOON, last_error: null, last_error_at: null },
    NOW + HOUR_MS,
    'Silent',
    null,
  ],
])('a cluster that %s', (_, heard, now, word, error) => {
  expect(contactOf(heard, now)).toMatchObject({ word, error });
});
