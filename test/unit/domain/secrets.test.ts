import { expect, test } from 'vitest';
import {
  attemptEnvironment,
  attemptSecrets,
  checkSecrets,
  isSecretKey,
  isSecretName,
  refuseSecrets,
  storedVariable,
  type EnvVar,
} from '../../../domain/environment.ts';
import { FlotillaError } from '../../../domain/errors.ts';

const DB = { name: 'db', key: 'password' };
const secret = (name: string, of = DB): EnvVar => ({ name, value: '', secret: of });
const ref = { runId: 'r', attempt: 1 };
const fields = (definition: EnvVar[], run: EnvVar[] = []) => ({
  plain: Object.fromEntries(attemptEnvironment(definition, run, ref)),
  secrets: attemptSecrets(definition, run),
});

test('a secret of the definition is the cluster’s to fill in, not a plain variable', () => {
  const { plain, secrets } = fields([
    { name: 'A', value: '1' },
    secret('$DB PASSWORD', DB),
    { name: 'B', value: '', secret: { ...DB, optional: true } },
  ]);
  expect(plain).toEqual({ A: '1', FLOTILLA_RUN_ID: 'r', FLOTILLA_RUN_ATTEMPT: '1' });
  expect(secrets).toEqual([
    { variable: 'DBPASSWORD', ...DB },
    { variable: 'B', ...DB, optional: true },
  ]);
});

test('a run’s own variable, and a later one of the definition, take its place', () => {
  const byRun = fields([secret('A')], [{ name: 'A', value: 'mine' }]);
  expect(byRun).toMatchObject({ plain: { A: 'mine' }, secrets: [] });
  const later = fields([secret('A'), { name: '$A', value: 'plain' }]);
  expect(later).toMatchObject({ plain: { A: 'plain' }, secrets: [] });
  const secretLast = fields([{ name: 'A', value: 'plain' }, secret('A')]);
  expect(secretLast.plain).not.toHaveProperty('A');
  expect(secretLast.secrets).toEqual([{ variable: 'A', ...DB }]);
});

test('a run names no secret, and nobody hides which run it is', () => {
  expect(fields([], [secret('A')]).secrets).toEqual([]);
  expect(fields([secret('FLOTILLA_RUN_ID')])).toMatchObject({
    plain: { FLOTILLA_RUN_ID: 'r' },
    secrets: [],
  });
});

test.each([
  'db',
  'a',
  'my-db.v2',
  'a'.repeat(253),
  'arn:aws:secretsmanager:us-east-1:123456789012:secret:db-AbCdEf',
  'arn:aws-cn:ssm:cn-north-1:123456789012:parameter/db/password',
])('%s names a secret', (name) => {
  expect(isSecretName(name)).toBe(true);
});
test.each([
  'arn:aws:s3:::bucket',
  'arn:aws:ssm:us-east-1:1:parameter/x',
  '',
  'DB',
  '-a',
  'a-',
  'a..b',
  'a_b',
  'a/b',
  'a'.repeat(254),
  'a\n',
])('%j names no secret', (name) => expect(isSecretName(name)).toBe(false));
test.each(['password', 'A_b-c.d', '.hidden', '1'])('%s is a key', (key) => {
  expect(isSecretKey(key)).toBe(true);
});
test.each(['', '.', '..', '..a', 'a b', 'a/b', 'ä', 'a'.repeat(254), 'a\n'])(
  '%j is no key',
  (key) => expect(isSecretKey(key)).toBe(false),
);

function refused(call: () => void): string | null {
  try {
    call();
  } catch (error) {
    return error instanceof FlotillaError ? error.field : 'another error';
  }
  return null;
}

test.each([
  [secret('A'), null],
  [secret('A', { name: 'D', key: 'k' }), 'env.1.secret.name'],
  [secret('A', { name: 'd', key: '' }), 'env.1.secret.key'],
  [{ ...secret('A'), value: 'x' }, 'env.1.value'],
] as const)('a definition with %j: %s', (variable, field) => {
  expect(refused(() => checkSecrets([{ name: 'X', value: '' }, variable]))).toBe(field);
});

test('a launch that names a secret is refused by name', () => {
  expect(refused(() => refuseSecrets([{ name: 'A', value: '' }]))).toBeNull();
  expect(refused(() => refuseSecrets([{ name: 'A', value: '' }, secret('B')]))).toBe(
    'env.1.secret',
  );
});

test('what is stored says no more than was meant', () => {
  expect(storedVariable({ name: 'A', value: undefined, secret: undefined })).toEqual({
    name: 'A',
    value: '',
  });
  expect(storedVariable({ name: 'A', secret: { ...DB, optional: false } })).toEqual(secret('A'));
});
