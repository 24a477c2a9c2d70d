import { expect, test } from 'vitest';
import { environmentOf } from '../../../ui/pages/run/environment.ts';

test('a launch goes before the task, and what only the task sets follows', () => {
  const secret = { name: 'db', key: 'password' };
  const launched = [{ name: 'WHO', value: 'everybody' }];
  const task = [
    { name: 'WHO', value: 'nobody' },
    { name: 'REGION', value: 'eu' },
    { name: 'PASSWORD', value: '', secret },
  ];
  expect(environmentOf(launched, task)).toEqual([
    { name: 'WHO', value: 'everybody', from: 'launch' },
    { name: 'REGION', value: 'eu', from: 'task' },
    { name: 'PASSWORD', value: '', secret, from: 'task' },
  ]);
});
