import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { exceptionExtractor, type Extracted } from '../../../logs/exception-extractor.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

async function asked(listener: RequestListener): Promise<Extracted> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  servers.push(server);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook/`;
  return exceptionExtractor(url)('eks-1', new AbortController().signal);
}

const answering = (status: number, body: string) => {
  let times = 0;
  const listener: RequestListener = (_, response) => {
    times += 1;
    response.writeHead(status).end(body);
  };
  return { listener, times: () => times };
};

test('the service is asked by run, and answers with a list of texts', async () => {
  const urls: string[] = [];
  const answer = await asked((request, response) => {
    urls.push(`${request.method} ${request.url}`);
    response.end(JSON.stringify(['KeyError: x', 'with \0 in it']));
  });
  expect(urls).toEqual(['GET /hook/extract/eks-1']);
  expect(answer).toEqual({ kind: 'found', exceptions: ['KeyError: x', 'with  in it'] });
});

test.each([
  ['nothing known of the run', 404, 'not found', { kind: 'none' }],
  ['an empty list', 200, '[]', { kind: 'none' }],
  ['null', 200, 'null', { kind: 'none' }],
  ['a refusal', 403, '', { kind: 'failed', why: 'it answered 403' }],
  ['what is no JSON', 200, '<html>', { kind: 'failed', why: 'it did not answer in JSON' }],
  ['no list of texts', 200, '{"a":1}', { kind: 'failed', why: expect.stringContaining('a list') }],
  [
    'a flood',
    200,
    `["${'x'.repeat(300_000)}"]`,
    { kind: 'failed', why: expect.stringContaining('262144') },
  ],
])('%s is taken as it is, and not asked for again', async (_, status, body, expected) => {
  const service = answering(status, body);
  expect(await asked(service.listener)).toMatchObject(expected);
  expect(service.times()).toBe(1);
});

test('a service in trouble is asked three times', async () => {
  const failing = answering(500, '');
  expect(await asked(failing.listener)).toMatchObject({ kind: 'failed', why: 'it answered 500' });
  expect(failing.times()).toBe(3);
  let times = 0;
  const recovering = await asked((_, response) => {
    times += 1;
    response.writeHead(times === 1 ? 503 : 200).end('["x"]');
  });
  expect(recovering).toEqual({ kind: 'found', exceptions: ['x'] });
});

test('a service that hangs takes ten seconds at most', async () => {
  const began = performance.now();
  expect(await asked(() => undefined)).toMatchObject({ kind: 'failed' });
  expect(performance.now() - began).toBeLessThan(12_000);
});

test('a service that is not there is no error', async () => {
  const extract = exceptionExtractor('http://127.0.0.1:1');
  const answer = await extract('eks-1', new AbortController().signal);
  expect(answer).toMatchObject({ kind: 'failed' });
});
