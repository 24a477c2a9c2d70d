import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { decodeBody } from '../../../api/decode/decode.ts';
import { definitionFields, launchFields } from '../../../api/decode/fields.ts';
import { FlotillaError } from '../../../domain/errors.ts';

function decode(text: string) {
  return decodeBody(launchFields, text);
}

function mistake(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (!(error instanceof FlotillaError)) throw error;
    expect(error.code).toBe('invalid');
    return error.field === null ? error.message : `${error.field}: ${error.message}`;
  }
  throw new Error('nothing was refused');
}

/** Any spelling of a key in upper and lower case. */
function spelled(key: string): fc.Arbitrary<string> {
  return fc.array(fc.boolean(), { minLength: key.length, maxLength: key.length }).map((upper) =>
    key
      .split('')
      .map((char, i) => (upper[i] ? char.toUpperCase() : char))
      .join(''),
  );
}

test('keys match without case, level by level', () => {
  fc.assert(
    fc.property(spelled('run_tags'), spelled('owner_id'), fc.string(), (outer, inner, owner) => {
      fc.pre(!owner.includes('\0'));
      const body = decode(JSON.stringify({ [outer]: { [inner]: owner } }));
      expect(body.run_tags?.owner_id).toBe(owner.toWellFormed());
    }),
  );
});

test('users’ maps keep their keys as they are', () => {
  const key = fc.string({ minLength: 1 }).filter((text) => !text.includes('\0'));
  fc.assert(
    fc.property(fc.dictionary(key, fc.constant('v')), (labels) => {
      const body = decode(JSON.stringify({ LABELS: labels }));
      const expected = Object.entries(labels).map(([name, value]) => [name.toWellFormed(), value]);
      expect(Object.entries(body.labels ?? {})).toEqual(
        Object.entries(Object.fromEntries(expected)),
      );
    }),
  );
});

test('null is absent, unknown keys are ignored, the last duplicate wins', () => {
  expect(decode('{"command": null, "nonsense": {"a": [1]}}')).toEqual({});
  expect(decode('{"command": "a", "COMMAND": "b"}')).toEqual({ command: 'b' });
  expect(decode('{"command": "a", "COMMAND": "b", "command": "c"}')).toEqual({ command: 'c' });
  expect(decode('{"labels": {"A": "1", "a": "2", "A": "3"}}').labels).toEqual({ A: '3', a: '2' });
});

test('a key named __proto__ is a key', () => {
  const { labels } = decode('{"labels": {"__proto__": "x"}}');
  expect(Object.entries(labels ?? {})).toEqual([['__proto__', 'x']]);
});

test('what follows the first value is ignored, as Go does', () => {
  expect(decode('{"command": "a"} trailing {')).toEqual({ command: 'a' });
});

test.each([
  ['', 'EOF'],
  ['   ', 'EOF'],
  ['{', 'unexpected EOF'],
  ['{"command": ', 'unexpected EOF'],
  ['{"command": }', "invalid JSON: Unexpected token '}'"],
  ['[]', 'body: expected an object, received array'],
  ['"x"', 'body: expected an object, received string'],
  ['{"memory": "x"}', 'memory: expected a whole number'],
  ['{"memory": 1.5}', 'memory: expected a whole number'],
  ['{"memory": 2147483648}', 'memory: out of range'],
  ['{"memory": 99999999999999999999}', 'memory: expected a whole number'],
  ['{"env": {}}', 'env: expected array, received object'],
  ['{"env": [{"name": 1}]}', 'env.0.name: expected string, received number'],
  ['{"command": "x\\u0000"}', 'command: must not contain a null byte'],
  ['{"labels": {"a\\u0000": "x"}}', 'labels.a\0: must not contain a null byte'],
  ['{"labels": []}', 'labels: expected an object'],
  ['{"labels": {"a": 1}}', 'labels.a: expected string'],
  ['{"run_tags": {"owner_id": 3}}', 'run_tags.owner_id: expected string, received number'],
])('%j is refused with %j', (text, answer) => {
  expect(mistake(() => decode(text))).toBe(answer);
});

test('a body nested too deep is refused and not crashed on', () => {
  expect(mistake(() => decode(`{"labels": ${'['.repeat(100_000)}`))).toBe('exceeded max depth');
});

test('half a surrogate pair becomes U+FFFD', () => {
  expect(decodeBody(definitionFields, '{"alias": "a\\ud800x"}').alias).toBe('a\ufffdx');
});

test('a null body is an empty one', () => {
  expect(decode('null')).toEqual({});
});

test('whatever JSON comes, it is decoded or refused, and nothing else', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      try {
        decodeBody(definitionFields, text);
      } catch (error) {
        expect(error).toBeInstanceOf(FlotillaError);
      }
    }),
  );
});

test('whatever text comes, likewise', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      try {
        decodeBody(z.object({ a: z.string().optional() }), text);
      } catch (error) {
        expect(error).toBeInstanceOf(FlotillaError);
      }
    }),
  );
});
