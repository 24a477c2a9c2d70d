import { describe, expect, it } from 'vitest';
import { mergeDefaults } from '../../templates/merge.ts';
import { compileSchema, violations } from '../../templates/schema.ts';
import { violationLine } from '../../templates/schema-errors.ts';

type Json = Record<string, unknown>;

function linesOf(schema: Json, payload: Json): string[] {
  const compiled = compileSchema(schema);
  if ('faults' in compiled) throw new Error(compiled.faults.join('\n'));
  return violations(compiled.validate, payload).map(violationLine);
}

function faultsOf(schema: Json): string[] {
  const compiled = compileSchema(schema);
  return 'faults' in compiled ? compiled.faults : [];
}

describe('what a payload violates', () => {
  it('is named by its path, all of it', () => {
    const schema = {
      type: 'object',
      properties: {
        n: { type: 'integer', minimum: 1 },
        list: { items: { properties: { 'a/b': { type: 'string' } } } },
        mode: { enum: ['fast', 'slow'] },
        version: { const: 3 },
      },
      required: ['name', 'n'],
      additionalProperties: false,
    };
    const payload = { n: 0, list: [{}, { 'a/b': 1 }], mode: 'x', version: 2, more: 1 };
    expect(linesOf(schema, payload).toSorted()).toEqual([
      '/list/1/a~1b must be string',
      '/mode must be one of "fast", "slow"',
      '/more is not in the schema',
      '/n must be >= 1',
      '/name is required',
      '/version must be 3',
    ]);
  });

  it('is the payload itself where that is at fault', () => {
    expect(linesOf({ minProperties: 1 }, {})).toEqual([
      'the payload must NOT have fewer than 1 properties',
    ]);
  });

  it('includes formats', () => {
    const schema = { properties: { day: { format: 'date' }, own: { format: 'ours' } } };
    expect(linesOf(schema, { day: 'x', own: 'y' })).toEqual(['/day must match format "date"']);
  });
});

describe('the words of each draft', () => {
  const older = { properties: { n: { minimum: 1, exclusiveMinimum: true } } };
  const newer = { properties: { n: { exclusiveMinimum: 1 } } };
  const draft = (uri: string, schema: Json): Json => ({ $schema: uri, ...schema });

  it.each([
    ['no $schema, words of draft-04', older],
    ['no $schema, words of draft-07', newer],
    ['draft-04', draft('http://json-schema.org/draft-04/schema#', older)],
    ['draft-06', draft('http://json-schema.org/draft-06/schema#', newer)],
    ['draft-07', draft('http://json-schema.org/draft-07/schema#', newer)],
    ['2019-09', draft('https://json-schema.org/draft/2019-09/schema', newer)],
    ['2020-12', draft('https://json-schema.org/draft/2020-12/schema', newer)],
    ['the newest by name', draft('http://json-schema.org/schema#', newer)],
  ])('are understood: %s', (_, schema) => {
    expect(linesOf(schema, { n: 1 })).toEqual(['/n must be > 1']);
    expect(linesOf(schema, { n: 2 })).toEqual([]);
  });

  it('without $schema a nested draft-04 schema with ids works', () => {
    const schema = {
      id: 'http://example.com/root.json',
      definitions: { port: { id: '#port', maximum: 9, exclusiveMaximum: true } },
      properties: { port: { $ref: '#/definitions/port' }, id: { type: 'string' } },
    };
    expect(linesOf(schema, { port: 9, id: 1 })).toEqual([
      '/port must be < 9',
      '/id must be string',
    ]);
  });

  it('an exclusive limit that is false is an ordinary one', () => {
    const schema = { properties: { n: { minimum: 1, exclusiveMinimum: false } } };
    expect(linesOf(schema, { n: 1 })).toEqual([]);
  });
});

describe('a schema that is none', () => {
  it.each([
    [{ properties: { a: { type: 'strin' } } }, /^\/properties\/a\/type must be one of/],
    [{ properties: { a: { minimum: 'x' } } }, /^\/properties\/a\/minimum must be number/],
    [{ required: 'name' }, /^\/required must be array/],
    [{ $ref: 'http://example.com/other.json' }, /can't resolve reference http:\/\/example\.com/],
    [{ $ref: '#/definitions/none' }, /can't resolve reference #\/definitions\/none/],
    [{ properties: { a: { pattern: '((' } } }, /pattern|Unterminated group/],
    [{ $schema: 'http://example.com/mine' }, /^\/\$schema must name draft-04/],
    [{ $schema: 7 }, /^\/\$schema must name/],
    [
      {
        $schema: 'http://json-schema.org/draft-07/schema#',
        properties: { n: { exclusiveMinimum: true } },
      },
      /^\/properties\/n\/exclusiveMinimum must be number/,
    ],
  ] as const)('is refused with its place: %o', (schema, told) => {
    expect(faultsOf(schema as Json).join('\n')).toMatch(told);
  });
});

describe('patterns', () => {
  it('are those of Go, and of JavaScript where Go has none', () => {
    const schema = {
      properties: { go: { pattern: '(?i)^\\-abc$' }, js: { pattern: '^(?!x)' } },
    };
    expect(linesOf(schema, { go: '-ABC', js: 'y' })).toEqual([]);
    expect(linesOf(schema, { go: 'abc', js: 'x' })).toHaveLength(2);
  });
});

describe('defaults', () => {
  it.each([
    [{}, { a: 1 }, { a: 1 }],
    [{ a: 2 }, { a: 1, b: 1 }, { a: 2, b: 1 }],
    [{ o: { x: 1 } }, { o: { x: 0, y: { z: 1 } } }, { o: { x: 1, y: { z: 1 } } }],
    [{ l: [1] }, { l: [2, 3] }, { l: [1] }],
    [{ a: null }, { a: 1, n: null }, { a: null, n: null }],
    [{ a: 'text' }, { a: { x: 1 } }, { a: 'text' }],
    [{ a: { x: 1 } }, { a: 'text' }, { a: { x: 1 } }],
  ])('%j over %j is %j', (payload, defaults, merged) => {
    expect(mergeDefaults(payload, defaults)).toEqual(merged);
  });

  it('touch neither what they are merged into nor anything else', () => {
    const payload = JSON.parse('{"o":{},"__proto__":{"own":1}}') as Json;
    const merged = mergeDefaults(payload, { o: { a: 1 }, __proto__: { polluted: 1 } });
    expect(payload['o']).toEqual({});
    expect(JSON.stringify(merged)).toBe('{"o":{"a":1},"__proto__":{"own":1}}');
    expect(({} as Json)['polluted']).toBeUndefined();
  });
});
