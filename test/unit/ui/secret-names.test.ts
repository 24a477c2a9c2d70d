import { describe, expect, test } from 'vitest';
import { looksSecret } from '../../../ui/parts/secret-names.ts';

describe('variables whose value is hidden', () => {
  test.each([
    'DB_PASSWORD',
    'password',
    'dbPassword',
    'PGPASSWORD',
    'AWS_SECRET_ACCESS_KEY',
    'API_KEY',
    'apiKey',
    'OPENAI_APIKEY',
    'GITHUB_TOKEN',
    'x-auth-token',
    'SLACK.SECRET',
    'SENTRY_DSN',
  ])('%s', (name) => {
    expect(looksSecret({ name, value: 'x' })).toBe(true);
  });

  test('a URL with a password, whatever it is called', () => {
    expect(looksSecret({ name: 'DATABASE_URL', value: 'postgres://ada:pw@db:5432/x' })).toBe(true);
  });
});

describe('variables whose value is shown', () => {
  test.each([
    'MONKEY',
    'KEYBOARD',
    'PATH',
    'COMPASS',
    'AUTHOR',
    'TOKENIZER',
    'PUBLIC_KEY',
    'PARTITION_KEY',
    'DAY',
    'FLOTILLA_RUN_ID',
  ])('%s', (name) => {
    expect(looksSecret({ name, value: 'x' })).toBe(false);
  });

  test('an empty one, and a URL without a password', () => {
    expect(looksSecret({ name: 'DB_PASSWORD', value: '' })).toBe(false);
    expect(looksSecret({ name: 'URL', value: 'https://example.org/a:b@c' })).toBe(false);
  });
});
