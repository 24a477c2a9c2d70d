import type { ServerResponse } from 'node:http';
import type { V1Pod } from '@kubernetes/client-node';
import { expect, test } from 'vitest';
import { KubeError } from '../../../../engines/eks/api.ts';
import { listAndWatch, type Seen } from '../../../../engines/eks/list-watch.ts';
import { fail, kubeServer } from '../../../support/kube-server.ts';

const PATH = '/api/v1/namespaces/n/pods';

const pod = (name: string, version = '1'): V1Pod => ({
  metadata: { name, resourceVersion: version },
});

function list(response: ServerResponse, items: V1Pod[], version: string, more?: string): void {
  const metadata = { resourceVersion: version, ...(more === undefined ? {} : { continue: more }) };
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ metadata, items }));
}

function line(response: ServerResponse, type: string, object: object): void {
  response.write(`${JSON.stringify({ type, object })}\n`);
}

/** What is seen until something named `last` is. */
async function seenUntil(last: string, watch: AsyncIterable<Seen<V1Pod>>): Promise<string[]> {
  const seen: string[] = [];
  for await (const one of watch) {
    const pods = one.type === 'LISTED' ? one.items : [one.object];
    seen.push(...pods.map(({ metadata }) => `${one.type} ${metadata?.name}`));
    if (pods.some(({ metadata }) => metadata?.name === last)) break;
  }
  return seen;
}

test('a list comes in pages, and the watch begins where it was made', async () => {
  const asked: string[] = [];
  const { api } = await kubeServer((_, response, url) => {
    const query = url.searchParams;
    asked.push(`${query.get('limit')} ${query.get('continue')} ${query.get('resourceVersion')}`);
    if (query.get('watch') === 'true') line(response, 'ADDED', pod('c', '8'));
    else if (query.get('continue') === null) list(response, [pod('a')], '7', 'next');
    else list(response, [pod('b')], '7');
  });
  const signal = AbortSignal.timeout(20_000);
  expect(await seenUntil('c', listAndWatch<V1Pod>(api, PATH, {}, signal))).toEqual([
    'LISTED a',
    'LISTED b',
    'ADDED c',
  ]);
  expect(asked).toEqual(['500 null null', '500 next null', 'null null 7']);
});

test('a watch that the server ends goes on at its last bookmark, without a new list', async () => {
  const versions: (string | null)[] = [];
  const { api } = await kubeServer((_, response, url) => {
    if (url.searchParams.get('watch') !== 'true') return list(response, [pod('a')], '7');
    versions.push(url.searchParams.get('resourceVersion'));
    expect(Number(url.searchParams.get('timeoutSeconds'))).toBeLessThan(300);
    expect(url.searchParams.get('allowWatchBookmarks')).toBe('true');
    if (versions.length === 1) {
      line(response, 'BOOKMARK', pod('', '90'));
      response.end();
    } else line(response, 'ADDED', pod('b', '91'));
  });
  const signal = AbortSignal.timeout(20_000);
  await seenUntil('b', listAndWatch<V1Pod>(api, PATH, {}, signal));
  expect(versions).toEqual(['7', '90']);
});

test.each(['an answer', 'a line'])('410 as %s begins with a new list', async (how) => {
  let lists = 0;
  const { api } = await kubeServer((_, response, url) => {
    if (url.searchParams.get('watch') !== 'true') {
      lists += 1;
      return list(response, [pod(`list-${lists}`)], String(lists));
    }
    if (how === 'an answer') return fail(response, 410, 'Expired', 'too old');
    line(response, 'ERROR', { code: 410, reason: 'Expired', message: 'too old' });
    response.end();
  });
  const signal = AbortSignal.timeout(20_000);
  expect(await seenUntil('list-3', listAndWatch<V1Pod>(api, PATH, {}, signal))).toEqual([
    'LISTED list-1',
    'LISTED list-2',
    'LISTED list-3',
  ]);
});

test('a connection that breaks off is made again; what is forbidden is not asked again', async () => {
  let watches = 0;
  const { api } = await kubeServer((_, response, url) => {
    if (url.searchParams.get('watch') !== 'true') return list(response, [], '1');
    watches += 1;
    if (watches === 3) return fail(response, 403, 'Forbidden', 'pods is forbidden');
    line(response, 'ADDED', pod(`w-${watches}`, '2'));
    response.write('{"type":"ADDED","obj');
    setTimeout(() => response.destroy(), 20);
  });
  const seen: string[] = [];
  const watch = listAndWatch<V1Pod>(api, PATH, {}, AbortSignal.timeout(20_000));
  await expect(async () => {
    for await (const one of watch) {
      if (one.type !== 'LISTED') seen.push(one.object.metadata?.name ?? '');
    }
  }).rejects.toThrow(KubeError);
  expect(seen).toEqual(['w-1', 'w-2']);
});

test('a watch that says nothing is cut and made again', async () => {
  let watches = 0;
  const { api } = await kubeServer((_, response, url) => {
    if (url.searchParams.get('watch') !== 'true') return list(response, [], '1');
    watches += 1;
    if (watches === 2) line(response, 'ADDED', pod('late', '2'));
    else response.flushHeaders();
  });
  const watch = listAndWatch<V1Pod>(api, PATH, {}, AbortSignal.timeout(20_000), {
    silenceMs: 100,
  });
  expect(await seenUntil('late', watch)).toEqual(['ADDED late']);
});

test('credentials that are refused are read again, once for a request', async () => {
  const tokens: (string | undefined)[] = [];
  const { api } = await kubeServer((request, response, url) => {
    tokens.push(request.headers.authorization);
    if (url.pathname === '/never') return fail(response, 401, 'Unauthorized', 'Unauthorized');
    if (request.headers.authorization === 'Bearer token-1') {
      return fail(response, 403, 'Forbidden', 'User "system:anonymous" cannot list pods');
    }
    list(response, [], '1');
  });
  await api.json('GET', PATH);
  expect(tokens).toEqual(['Bearer token-1', 'Bearer token-2']);
  await expect(api.json('GET', '/never')).rejects.toMatchObject({ status: 401 });
  expect(tokens.slice(2)).toEqual(['Bearer token-2', 'Bearer token-3']);
});

test('an error is told in the words of the server', async () => {
  const { api } = await kubeServer((_, response) => {
    fail(response, 422, 'Invalid', 'Job.batch "x" is invalid: spec.template: required');
  });
  await expect(api.json('POST', '/x', { body: {} })).rejects.toMatchObject({
    status: 422,
    reason: 'Invalid',
    message: 'Job.batch "x" is invalid: spec.template: required',
  });
});
