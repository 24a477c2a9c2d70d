import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { credentialsFor, registryOf } from '../../../../engines/docker/credentials.ts';

let dir: string;
const { PATH } = process.env;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'flotilla-docker-config-'));
});
afterEach(() => {
  process.env['PATH'] = PATH;
  rmSync(dir, { recursive: true });
});

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const configure = (config: unknown): void =>
  writeFileSync(join(dir, 'config.json'), JSON.stringify(config));
/** A helper that answers with its own input. */
function helper(name: string, script: string): void {
  writeFileSync(join(dir, `docker-credential-${name}`), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  process.env['PATH'] = `${dir}:${PATH}`;
}

test.each([
  ['ubuntu', 'https://index.docker.io/v1/'],
  ['team/job:1', 'https://index.docker.io/v1/'],
  ['localhost/job', 'localhost'],
  ['quay.io/team/job', 'quay.io'],
  ['127.0.0.1:5000/job:1', '127.0.0.1:5000'],
])('image %s is of registry %s', (image, registry) => {
  expect(registryOf(image)).toBe(registry);
});

test('without a file there are none', async () => {
  expect(await credentialsFor('quay.io/job', dir)).toBeNull();
});

test('credentials are found by the registry, however it is written', async () => {
  configure({
    auths: {
      'https://quay.io': { auth: base64('ada:pass:word') },
      'https://index.docker.io/v1/': { identitytoken: 'token' },
    },
  });
  expect(await credentialsFor('quay.io/job', dir)).toEqual({
    username: 'ada',
    password: 'pass:word',
    serveraddress: 'quay.io',
  });
  expect(await credentialsFor('ubuntu', dir)).toMatchObject({ identitytoken: 'token' });
  expect(await credentialsFor('other.io/job', dir)).toBeNull();
});

test('helpers are asked, and one that knows none leaves it to the file', async () => {
  helper('good', `read registry; echo "{\\"Username\\":\\"$registry\\",\\"Secret\\":\\"s\\"}"`);
  helper('none', 'cat >/dev/null; exit 1');
  configure({
    credHelpers: { 'quay.io': 'good', 'other.io': 'none' },
    auths: { 'other.io': { auth: base64('u:p') } },
  });
  expect(await credentialsFor('quay.io/job', dir)).toMatchObject({
    username: 'quay.io',
    password: 's',
  });
  expect(await credentialsFor('other.io/job', dir)).toMatchObject({ username: 'u' });
});

test('what cannot be read is said, with its place', async () => {
  writeFileSync(join(dir, 'config.json'), '{');
  await expect(credentialsFor('quay.io/job', dir)).rejects.toThrow(join(dir, 'config.json'));
  configure({ credsStore: 'missing' });
  await expect(credentialsFor('quay.io/job', dir)).rejects.toThrow('credential helper missing');
});
