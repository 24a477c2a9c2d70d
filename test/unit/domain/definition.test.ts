import { expect, test } from 'vitest';
import {
  checkDefinition,
  EMPTY_BODY,
  mergeDefinition,
  sameBody,
} from '../../../domain/definition.ts';

test('a patch changes what it names; empty strings and absences change nothing', () => {
  const current = { ...EMPTY_BODY, alias: 'a', image: 'i', command: 'ls', memory: 512 };
  const merged = mergeDefinition(current, { image: 'i2', command: '', memory: null, env: [] });
  expect(merged).toEqual({ ...current, image: 'i2' });
});

test('sameness does not depend on the order of keys', () => {
  const body = { ...EMPTY_BODY, alias: 'a' };
  const { alias, ...rest } = body;
  expect(sameBody(body, { ...rest, alias })).toBe(true);
  expect(sameBody(body, { ...body, ports: [80] })).toBe(false);
});

test('missing fields are named, each on its line, in the words of flotilla-os', () => {
  expect(() => checkDefinition({ alias: '', image: '' })).toThrow(
    'string [image] must be specified\nstring [alias] must be specified',
  );
  expect(() => checkDefinition({ alias: 'a', image: 'i' })).not.toThrow();
});
