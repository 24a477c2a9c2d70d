import { expect, test } from 'vitest';
import { CONFIG_KEYS } from '../../../conf/schema.ts';
import { maskText, maskValue } from '../../../conf/secrets.ts';

test.each([
  ['postgres://u:hunter2@h/db', 'postgres://u:********@h/db'],
  ['postgres://u:hun@ter/2@h:5432/db?x=1', 'postgres://u:********@h:5432/db?x=1'],
  ['postgres://:hunter2@h/db', 'postgres://:********@h/db'],
  ['postgres://u@h/db?sslpassword=hunter2&x=1', 'postgres://u@h/db?sslpassword=********&x=1'],
  ["socket:/run?password='hunter 2'", 'socket:/run?password=********'],
  ['https://hunter2@example.com/x', 'https://********@example.com/x'],
  ['https://example.com/?token=hunter2', 'https://example.com/?token=********'],
  ['postgres://u@h:5432/db', 'postgres://u@h:5432/db'],
  ['http://localhost:3001', 'http://localhost:3001'],
])('%s is shown as %s', (text, shown) => {
  expect(maskText(text)).toBe(shown);
});

test.each([
  'temporal_api_key',
  'x_password',
  'auth_tokens',
  'jwt_secret',
  'api_keys',
  'signing_key',
])('whatever %s holds is hidden', (key) => {
  expect(maskValue(key, 'hunter2')).toBe('********');
  expect(maskValue(key, ['hunter2', 'hunter3'])).toEqual(['********', '********']);
  expect(maskValue(key, { a: 'hunter2' })).toBe('********');
  expect(maskValue(key, undefined)).toBeUndefined();
});

test('of today’s keys, whole secrets are hidden and nothing else', () => {
  const hidden = CONFIG_KEYS.filter((key) => maskValue(key, 'x') !== 'x');
  expect(hidden).toContain('temporal_api_key');
  expect(hidden).not.toContain('eks_lakekeeper_secret_name');
  expect(maskValue('ecs_log_driver_options', { 'splunk-token': 'x', url: 'http://a:b@c' })).toEqual(
    {
      'splunk-token': '********',
      url: 'http://a:********@c',
    },
  );
});
