import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { credentials, openApi } from '../../../../engines/eks/connection.ts';

const dir = mkdtempSync(join(tmpdir(), 'flotilla-kubeconfigs-'));
afterAll(() => rmSync(dir, { recursive: true }));

const ARN = 'arn:aws:eks:us-east-1:1:cluster/alpha';

interface Said {
  contexts: [name: string, cluster: string][];
  server?: string;
  user?: object;
  current?: string;
}

function kubeconfig(name: string, { contexts, server = 'https://x', user = {}, current }: Said) {
  const path = join(dir, name);
  const config = {
    ...{ apiVersion: 'v1', kind: 'Config' },
    ...(current === undefined ? {} : { 'current-context': current }),
    clusters: contexts.map(([, of]) => ({
      name: of,
      cluster: { server, 'insecure-skip-tls-verify': true },
    })),
    contexts: contexts.map(([of, cluster]) => ({ name: of, context: { cluster, user: 'u' } })),
    users: [{ name: 'u', user }],
  };
  writeFileSync(path, stringify(config));
  return path;
}

test.each([
  [
    'alpha',
    [
      ['beta', 'alpha'],
      ['alpha', 'x'],
    ],
    'alpha',
  ],
  [
    'alpha',
    [
      ['beta', 'x'],
      ['gamma', 'alpha'],
    ],
    'gamma',
  ],
  [
    'alpha',
    [
      ['beta', 'x'],
      [ARN, 'y'],
    ],
    ARN,
  ],
  [
    'alpha',
    [
      ['beta', 'x'],
      ['admin', ARN],
    ],
    'admin',
  ],
] as [string, [string, string][], string][])(
  'cluster %s is found among %j',
  (cluster, contexts, context) => {
    const path = kubeconfig('many', { contexts });
    const sources = { directory: null, kubeconfig: path, inCluster: null };
    expect(credentials(cluster, sources).getCurrentContext()).toBe(context);
  },
);

test('a cluster’s own file is used whatever its context is called', () => {
  kubeconfig('own.yaml', { contexts: [['something', 'x']] });
  const sources = { directory: dir, kubeconfig: join(dir, 'none'), inCluster: null };
  expect(credentials('own', sources).getCurrentContext()).toBe('something');
  kubeconfig('two', {
    contexts: [
      ['a', 'x'],
      ['b', 'y'],
    ],
  });
  expect(() => credentials('two', sources)).toThrow(/says no current-context/);
});

test('where there are no credentials, it is said where they were looked for', () => {
  const path = kubeconfig('others', { contexts: [['beta', 'b']] });
  const sources = { directory: join(dir, 'nowhere'), kubeconfig: path, inCluster: null };
  expect(() => credentials('alpha', sources)).toThrow(
    `no credentials for cluster alpha; looked in ${join(dir, 'nowhere', 'alpha')}; ${path} (contexts: beta)`,
  );
  expect(() => credentials('../others', { ...sources, directory: dir })).toThrow(/no credentials/);
});

test('a plugin is asked anew when the server no longer takes what it gave', async () => {
  const asked = join(dir, 'asked');
  const plugin = join(dir, 'plugin.sh');
  writeFileSync(asked, '');
  const credential = `{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"t%s","expirationTimestamp":"2999-01-01T00:00:00Z"}}`;
  const count = `echo x >> ${asked}; n=$(wc -l < ${asked})`;
  writeFileSync(plugin, `#!/bin/sh\n${count}\nprintf '${credential}' $((n))\n`);
  chmodSync(plugin, 0o700);
  let valid = 'Bearer t1';
  const server = createServer((request, response) => {
    response.statusCode = request.headers.authorization === valid ? 200 : 401;
    response.end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: plugin };
  const said = { contexts: [['c', 'c']] as [string, string][], server: address, user: { exec } };
  const path = kubeconfig('exec', said);
  const api = openApi('c', { directory: null, kubeconfig: path, inCluster: null });
  try {
    for (let times = 0; times < 3; times += 1) await api.json('GET', '/version');
    expect(readFileSync(asked, 'utf8')).toBe('x\n');
    valid = 'Bearer t2';
    await api.json('GET', '/version');
    expect(readFileSync(asked, 'utf8')).toBe('x\nx\n');
    valid = 'nothing';
    await expect(api.json('GET', '/version')).rejects.toMatchObject({ status: 401 });
  } finally {
    api.close();
    server.close();
  }
});
