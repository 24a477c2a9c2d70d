import { expect, test } from 'vitest';
import { formErrors } from '../../../ui/parts/field-errors.ts';

const INPUTS = ['alias', 'ports', 'env.*.name', 'env.*.value'];

test('a message stands beside the input that it is about', () => {
  const said = new Map([
    ['alias', 'must not be empty'],
    ['ports.0', 'too big'],
    ['ports.2', 'too small'],
    ['env.3.name', 'must not be empty'],
  ]);
  expect(formErrors(said, INPUTS)).toEqual({
    fields: {
      alias: 'must not be empty',
      ports: 'too big; too small',
      'env.3.name': 'must not be empty',
    },
    rest: [],
  });
});

test('what has no input is told all the same', () => {
  const said = new Map([
    ['env.0', 'unknown'],
    ['body', 'is not JSON'],
  ]);
  expect(formErrors(said, INPUTS)).toEqual({
    fields: {},
    rest: ['env.0: unknown', 'body: is not JSON'],
  });
});
