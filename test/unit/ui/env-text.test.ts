import { describe, expect, test } from 'vitest';
import { parseEnv } from '../../../ui/parts/env-text.ts';

const CASES: [string, string, Record<string, string>][] = [
  ['nothing', '', {}],
  ['plain values, trimmed', 'A=1\nB =  two words  \n', { A: '1', B: 'two words' }],
  ['export', 'export A=1\n  export\tB=2', { A: '1', B: '2' }],
  ['comments', '# head\nA=1 # why\nB=a#b\nC=#none\n\n', { A: '1', B: 'a#b', C: '' }],
  ['an empty value does not swallow the next line', 'A=\nB=2', { A: '', B: '2' }],
  ['single quotes are literal', String.raw`A='a\n$B "x"' # c`, { A: String.raw`a\n$B "x"` }],
  ['double quotes have escapes', String.raw`A="a\nb\t\"c\" \\ \$D"`, { A: 'a\nb\t"c" \\ $D' }],
  ['backticks', 'A=`it\'s "x"`', { A: 'it\'s "x"' }],
  ['several lines', 'A="one\ntwo"\nB=\'x\ny\'\nC=3', { A: 'one\ntwo', B: 'x\ny', C: '3' }],
  ['a # within quotes', 'A="a # b"', { A: 'a # b' }],
  ['= within a value', 'URL=postgres://u:p@h/db?a=b', { URL: 'postgres://u:p@h/db?a=b' }],
  ['nothing is expanded', 'A=$HOME/${B}', { A: '$HOME/${B}' }],
  ['the last one counts', 'A=1\nA=2', { A: '2' }],
  [
    'line ends of Windows, and a byte order mark',
    '\uFEFFA=1\r\nB="x\r\ny"\r\n',
    { A: '1', B: 'x\ny' },
  ],
];

describe('a pasted .env', () => {
  test.each(CASES)('%s', (_, text, expected) => {
    const { variables, problems } = parseEnv(text);
    expect(Object.fromEntries(variables.map(({ name, value }) => [name, value]))).toEqual(expected);
    expect(problems).toEqual([]);
  });

  test('tells which lines it could not read', () => {
    const { variables, problems } = parseEnv('A="x\ny"\nhello\n1A=2\nB="open\nC=3');
    expect(variables).toEqual([
      { name: 'A', value: 'x\ny' },
      { name: 'B', value: '"open' },
      { name: 'C', value: '3' },
    ]);
    expect(problems.map(({ line }) => line)).toEqual([3, 4, 5]);
  });
});
