import fc from 'fast-check';
import { expect, test } from 'vitest';
import { segmentsOf, visibleText } from '../../../ui/log/segments.ts';

const ESC = '\u001b';

test('colours become classes, and their codes are not shown', () => {
  expect(segmentsOf(`a ${ESC}[1;31mred${ESC}[0m b`, '')).toEqual([
    { text: 'a ', className: '', isMatch: false },
    { text: 'red', className: 'ansi-red-fg ansi-bold', isMatch: false },
    { text: ' b', className: '', isMatch: false },
  ]);
});

test('a progress bar shows its last state', () => {
  expect(visibleText('10%\r50%\r100%')).toBe('100%');
  expect(visibleText('a line of DOS\r')).toBe('a line of DOS');
});

test('a match is marked across colours', () => {
  const found = segmentsOf(`an ${ESC}[32merr${ESC}[0mor here`, 'error');
  expect(found.filter(({ isMatch }) => isMatch).map(({ text }) => text)).toEqual(['err', 'or']);
});

test('marks change no text, and stand where the text is found', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', ' ') });
  fc.assert(
    fc.property(text, text, (line, search) => {
      const segments = segmentsOf(line, search);
      expect(segments.map((one) => one.text).join('')).toBe(line);
      const marked = segments.filter(({ isMatch }) => isMatch);
      const times = search === '' ? 0 : line.split(search).length - 1;
      expect(marked.map((one) => one.text)).toEqual(Array<string>(times).fill(search));
    }),
  );
});
