import { expect, test } from 'vitest';
import { isNoEarlier, sees, snapshotOf, type Snapshot } from '../../../db/snapshot.ts';

function parsed(text: string): Snapshot {
  const snapshot = snapshotOf(text);
  if (snapshot === null) throw new Error(`${text} is no snapshot`);
  return snapshot;
}

test('a snapshot sees what was over, and neither what was under way nor what came later', () => {
  const snapshot = parsed('10:20:10,14');
  const seen = Array.from({ length: 23 }, (_, id) => id).filter((id) => sees(snapshot, id));
  expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 15, 16, 17, 18, 19]);
});

test.each([
  ['10:20:', '10:20:', true],
  ['10:20:', '10:21:', false],
  ['12:20:14', '10:20:10,14', true],
  ['10:20:10,14', '12:20:14', false],
  ['10:30:10', '19:20:', true],
])('%s is no earlier than %s: %s', (one, other, expected) => {
  expect(isNoEarlier(parsed(one), parsed(other))).toBe(expected);
});

test.each([
  '',
  '1',
  '1.3',
  '20:10:',
  '10:20:9',
  '10:20:20',
  '0:0:',
  '10:20:11\n',
  '10:20:,',
  '-1:2:',
])('%j is no snapshot', (text) => expect(snapshotOf(text)).toBe(null));
