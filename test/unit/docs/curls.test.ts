import { expect, test } from 'vitest';
import { curlsOf } from '../../docs/curls.ts';
import { differences } from '../../docs/shown.ts';

const fenced = (language: string, ...lines: string[]) =>
  ['```' + language, ...lines, '```', ''].join('\n');

test('every curl of a block is found with its line, its status and the answer after it', () => {
  const document = [
    '# Title\n\n',
    fenced(
      'sh',
      '# curl in a comment',
      'RUN=$(curl a | sed s/x/y/)',
      "curl b -d '{",
      "}' # 409: busy",
    ),
    'Words.\n\n',
    fenced('json', '{"error": "busy"}'),
  ].join('');
  expect(curlsOf(document)).toEqual([
    {
      bash: "# curl in a comment\nRUN=$(curl_at 0 a | sed s/x/y/)\ncurl_at 1 b -d '{\n}' # 409: busy",
      curls: [
        { id: 0, line: 5, text: 'RUN=$(curl a | sed s/x/y/)', status: null, answer: null },
        { id: 1, line: 6, text: "curl b -d '{", status: 409, answer: '{"error": "busy"}' },
      ],
    },
  ]);
});

test('prompts tell commands from what they print, in indented blocks too', () => {
  const [block] = curlsOf('Words:\n\n    $ curl a \\\n        -d x\n    {"a": 1}\n    $ curl b\n');
  expect(block?.bash).toBe('curl_at 0 a \\\n    -d x\ncurl_at 1 b');
  expect(block?.curls.map(({ line, answer }) => [line, answer])).toEqual([
    [3, '{"a": 1}'],
    [6, null],
  ]);
});

test('a curl in a block that is no shell is found, and can only be listed as not run', () => {
  const [block] = curlsOf(fenced('yaml', 'run: curl https://example.com'));
  expect([block?.bash, block?.curls.length]).toEqual(['', 1]);
});

test('an answer of another section is not taken for this one', () => {
  const document = `${fenced('sh', 'curl a')}\n## Next\n\n${fenced('json', '{}')}`;
  expect(curlsOf(document)[0]?.curls[0]?.answer).toBeNull();
});

test.each([
  ['fewer fields', '{"a": 1}', '{"a":1,"b":2}', 0],
  ['another value', '{"a": 1}', '{"a":2}', 1],
  ['a field that is not there', '{"a": null}', '{}', 1],
  ['another time', '{"at": "2026-01-01T00:00:00Z"}', '{"at":"2027-02-02T10:00:00.123Z"}', 0],
  [
    'another run',
    '"local-ab-a6c6-4f4d-bbe1-18e2e5507f58"',
    '"local-5f-f8fe-4eef-851d-1f39dc220ea3"',
    0,
  ],
  ['the beginning of a text', '["hello…"]', '["hello you"]', 0],
  ['the beginning of a list', '[1, "…"]', '[1,2,3]', 0],
  ['a list that is longer', '[1]', '[1,2]', 1],
  ['JSON where there is none', '{"a": 1}', 'hello', 1],
  ['lines in their order', 'a\n…\nc', 'a\nb\nc\n', 0],
  ['lines in another order', 'c\na', 'a\nb\nc\n', 1],
])('what is shown: %s', (_name, shown, answer, count) => {
  expect(differences(shown, answer)).toHaveLength(count);
});
