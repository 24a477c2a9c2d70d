import { expect, test } from 'vitest';
import { EMPTY_ROW, withoutEmptyRows, withPasted } from '../../../ui/parts/env-rows.ts';

const row = (name: string, value: string) => ({ name, value, secret: null });

test('rows that nobody filled are dropped, and no others', () => {
  expect(withoutEmptyRows([EMPTY_ROW, row('', 'x'), row('A', '')])).toEqual([
    row('', 'x'),
    row('A', ''),
  ]);
});

test('what is pasted replaces values in their place and adds the rest', () => {
  const secret = { name: 'db', key: 'k', optional: false };
  const rows = [row('A', '1'), { name: 'B', value: '', secret }, EMPTY_ROW];
  const pasted = [
    { name: 'C', value: '3' },
    { name: 'B', value: '2' },
  ];
  expect(withPasted(rows, pasted)).toEqual([row('A', '1'), row('B', '2'), row('C', '3')]);
});
