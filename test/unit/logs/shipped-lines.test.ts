import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LONGEST_LINE, unwrapped } from '../../../logs/shipped-lines.ts';

async function unwrap(bytes: Buffer, chunk = 1 << 16): Promise<Buffer> {
  const chunks = async function* (): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += chunk) yield bytes.subarray(at, at + chunk);
  };
  const parts: Uint8Array[] = [];
  for await (const part of unwrapped(chunks())) parts.push(part);
  return Buffer.concat(parts);
}

const T = '2021-06-30T12:00:00.123456789Z';

test.each([
  ['JSON of Docker', `{"log":"one\\n","stream":"stdout","time":"${T}"}\n`, 'one\n'],
  ['JSON of a part of a line', `{"log":"one "}\n{"log":"two\\n"}\n`, 'one two\n'],
  ['JSON with more in it', `{"date":1,"log":"é🚀\\n","kubernetes":{"a":1}}\n`, 'é🚀\n'],
  ['JSON of Fluent Bit from CRI', `{"log":"a","logtag":"P"}\n{"log":"b","logtag":"F"}\n`, 'ab\n'],
  ['CRI text', `${T} stdout F one\n${T} stderr F two\n`, 'one\ntwo\n'],
  ['CRI text in parts', `${T} stdout P one \n${T} stdout F two\n`, 'one two\n'],
  ['CRI text with further tags', `${T} stdout P:x one \n${T} stdout F:x:y two\n`, 'one two\n'],
  ['CRI text of an offset from UTC', `2021-06-30T12:00:00+02:00 stdout F one\n`, 'one\n'],
  ['an empty CRI line', `${T} stdout F \n${T} stdout F\n`, '\n\n'],
  ['spaces at both ends', `${T} stdout F   one  \n`, '  one  \n'],
  ['JSON that the job wrote', `${T} stdout F {"log":"mine"}\n`, '{"log":"mine"}\n'],
  ['a last line without newline', `${T} stdout F one\n${T} stdout P two`, 'one\ntwo'],
  ['a last line of JSON without newline', `{"log":"one\\n"}\n{"log":"two"}`, 'one\ntwo'],
  ['a line of no known form', `hello\n{"message":"x"}\n{"log":1}\n{\n\n`, null],
  ['what looks like CRI and is not', `${T} stdin F one\n2021 stdout F one\n${T} stdout X a`, null],
])('%s', async (_, shipped, written) => {
  expect((await unwrap(Buffer.from(shipped))).toString()).toBe(written ?? shipped);
});

test('a job that writes bytes that are not UTF-8 has them back from CRI text', async () => {
  const line = Buffer.concat([Buffer.from(`${T} stdout F `), Buffer.of(0xff, 0x00, 0xfe, 0x0a)]);
  expect(await unwrap(line)).toEqual(Buffer.of(0xff, 0x00, 0xfe, 0x0a));
});

test('what a job wrote comes back, however it was wrapped and cut', async () => {
  const line = fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\n', ' '));
  const wrapped = fc.record({
    text: line,
    ended: fc.boolean(),
    form: fc.constantFrom('json', 'cri', 'fluent'),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(wrapped), fc.integer({ min: 1, max: 40 }), async (lines, chunk) => {
      const wrap = ({ text, ended, form }: (typeof lines)[number]): string => {
        if (form === 'cri') return `${T} stdout ${ended ? 'F' : 'P'} ${text}`;
        if (form === 'fluent') return JSON.stringify({ log: text, logtag: ended ? 'F' : 'P' });
        return JSON.stringify({ log: ended ? `${text}\n` : text });
      };
      const shipped = lines.map((one) => `${wrap(one)}\n`).join('');
      const written = lines.map(({ text, ended }) => (ended ? `${text}\n` : text)).join('');
      const unwrappedBytes = await unwrap(Buffer.from(shipped), chunk);
      expect(unwrappedBytes.equals(Buffer.from(written))).toBe(true);
    }),
  );
});

test('a line without end is passed on and not gathered', async () => {
  const endless = Buffer.alloc(LONGEST_LINE * 3, 'x');
  const then = Buffer.from(`\n${T} stdout F one\n`);
  const expected = Buffer.concat([endless, Buffer.from('\none\n')]);
  expect((await unwrap(Buffer.concat([endless, then]))).equals(expected)).toBe(true);
});
