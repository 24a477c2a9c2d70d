import { expect, test } from 'vitest';
import { addressOf, networkOf } from '../../../auth/address.ts';
import { allowedOrigins } from '../../../auth/origins.ts';
import { callerName, tokensRequired } from '../../../auth/policy.ts';
import { hashOf, isSecret, newSecret } from '../../../auth/secret.ts';
import { allows, SCOPES, type Scope } from '../../../domain/scope.ts';

test('admin may all, run and define may read, and neither may what the other may', () => {
  const allowed = (granted: Scope) => SCOPES.filter((needed) => allows([granted], needed));
  expect(Object.fromEntries(SCOPES.map((scope) => [scope, allowed(scope)]))).toEqual({
    read: ['read'],
    run: ['read', 'run'],
    define: ['read', 'define'],
    admin: ['read', 'run', 'define', 'admin'],
  });
  expect(allows(['run', 'define'], 'define')).toBe(true);
  expect(allows([], 'read')).toBe(false);
});

test.each([
  ['loopback', ['127.0.0.1'], false],
  ['loopback', ['localhost', '::1'], false],
  ['loopback', ['127.0.0.1', '0.0.0.0'], true],
  ['loopback', ['flotilla.example'], true],
  ['token', ['127.0.0.1'], true],
  ['none', ['0.0.0.0'], false],
] as const)('auth %s, listening on %j: tokens are needed: %s', (mode, hosts, needed) => {
  expect(tokensRequired(mode, hosts)).toBe(needed);
});

test.each([
  [null, null, false, null],
  [null, 'ada@example.com', false, 'ada@example.com'],
  ['ci', null, true, 'ci'],
  // Anybody with a token could send the header.
  ['ci', 'ada@example.com', false, 'ci'],
  ['proxy', 'ada@example.com', true, 'ada@example.com via proxy'],
])('token %s, header %s, trusted %s: recorded as %s', (token, header, trusted, name) => {
  expect(callerName(token, header, trusted)).toBe(name);
});

test('a name out of a header is cut, so that it cannot fill the records', () => {
  expect(callerName(null, 'x'.repeat(5_000), false)).toHaveLength(200);
});

test.each([
  ['127.0.0.1', '127.0.0.1'],
  ['::ffff:10.1.2.3', '10.1.2.3'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:DB8:1:2::9', '2001:db8:1:2::/64'],
  ['2001:0db8:0001:0002::9', '2001:db8:1:2::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['unknown', 'unknown'],
])('%s counts as %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});

test('X-Forwarded-For counts behind a trusted proxy alone, and there the last, which it added', () => {
  expect(addressOf('10.0.0.1', '6.6.6.6', false)).toBe('10.0.0.1');
  expect(addressOf('10.0.0.1', '6.6.6.6, 7.7.7.7', true)).toBe('7.7.7.7');
  expect(addressOf('10.0.0.1', undefined, true)).toBe('10.0.0.1');
});

test('origins are taken as browsers send them; what is none names the key', () => {
  expect(allowedOrigins(['http://A.example:80/', 'https://b.example:8443'], false)).toEqual([
    'http://a.example',
    'https://b.example:8443',
  ]);
  for (const wrong of ['a.example', 'https://a.example/path', 'file:///a', 'https://u@a.example']) {
    expect(() => allowedOrigins([wrong], true)).toThrow(`${wrong} is not scheme://host[:port]`);
  }
});

test('every origin may be let in only where a page would need a token', () => {
  expect(allowedOrigins(['*'], true)).toEqual(['*']);
  expect(() => allowedOrigins(['*'], false)).toThrow('auth: token');
});

test('a token has 256 random bits, and what is kept of it is a SHA-256', () => {
  const secrets = Array.from({ length: 1_000 }, newSecret);
  expect(new Set(secrets).size).toBe(1_000);
  for (const secret of secrets) expect(isSecret(secret)).toBe(true);
  const [one = ''] = secrets;
  expect(Buffer.from(one.slice('flt_'.length), 'base64url')).toHaveLength(32);
  expect(hashOf(one)).toMatch(/^[0-9a-f]{64}$/);
  for (const wrong of ['', 'flt_', `${one}x`, one.slice(1), ` ${one}`, `${one}\n`]) {
    expect(isSecret(wrong)).toBe(false);
  }
});
