import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { afterAll, expect, test } from 'vitest';
import { openShippedLogs } from '../../logs/open-shipped.ts';
import { CloudWatchShippedLogs } from '../../logs/shipped-cloudwatch.ts';
import type { ShippedLogs } from '../../logs/shipped.ts';
import { bytesOf, newRef } from '../contract/log-store-suite.ts';
import { useMoto } from '../support/moto.ts';

const GROUP = '/flotilla/jobs';
let client: CloudWatchLogsClient;
let endpoint: string;

useMoto(async (moto) => {
  endpoint = moto.endpoint;
  client = new CloudWatchLogsClient(moto.client);
  await client.send(new CreateLogGroupCommand({ logGroupName: GROUP }));
});
afterAll(() => client?.destroy());

async function ship(stream: string, messages: readonly string[]): Promise<void> {
  const names = { logGroupName: GROUP, logStreamName: stream };
  await client.send(new CreateLogStreamCommand(names));
  const since = Date.now() - messages.length;
  for (let at = 0; at < messages.length; at += 5000) {
    const logEvents = messages
      .slice(at, at + 5000)
      .map((message, i) => ({ message, timestamp: since + at + i }));
    await client.send(new PutLogEventsCommand({ ...names, logEvents }));
  }
}

async function open(group = GROUP): Promise<ShippedLogs> {
  const region = { eks_log_driver_options_awslogs_region: 'us-east-1' };
  const shipped = await openShippedLogs({ ...region, eks_log_namespace: group });
  if (shipped === null) throw new Error('nothing is configured');
  return shipped;
}

async function logOf(shipped: ShippedLogs, runId: string, pod: string | null) {
  const log = await shipped.read({ runId, attempt: 1, pod });
  return log === null ? null : (await bytesOf(log)).toString();
}

test('a pod without a stream, and a group that is not there, have no log', async () => {
  expect(await logOf(await open(), 'run', 'nobody')).toBeNull();
  expect(await logOf(await open(), newRef().runId, null)).toBeNull();
  expect(await logOf(await open('/no/such/group'), 'run', 'nobody')).toBeNull();
  expect(await logOf(await open('/no/such/group'), 'run', null)).toBeNull();
});

test('messages of JSON and of plain text make the log that the job wrote', async () => {
  const { runId } = newRef();
  await ship(`${runId}-abcde`, [
    '{"log":"one ","stream":"stdout","time":""}',
    '{"log":"two\\n","stream":"stdout","time":""}',
    'three',
    '{"four":4}',
  ]);
  const expected = 'one two\nthree\n{"four":4}\n';
  expect(await logOf(await open(), runId, `${runId}-abcde`)).toBe(expected);
  expect(await logOf(await open(), runId, null)).toBe(expected);
});

test('a log of more events than a page has is read whole and in order', async () => {
  const { runId } = newRef();
  const lines = Array.from({ length: 23_456 }, (_, i) => `line ${i}`);
  await ship(`${runId}-abcde`, lines);
  const log = await logOf(await open(), runId, `${runId}-abcde`);
  expect(log === lines.map((line) => `${line}\n`).join('')).toBe(true);
});

async function forward(target: string, request: RequestInit, response: ServerResponse) {
  const answer = await fetch(target, request);
  response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.1' });
  response.end(await answer.text());
}

/** Answers every other request as an AWS that has too many of them. */
async function throttling(
  target: string,
): Promise<{ server: Server; url: string; said: number[] }> {
  const said: number[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (said.push(Date.now()) % 2 === 1) {
        response.writeHead(400, { 'content-type': 'application/x-amz-json-1.1' });
        response.end(JSON.stringify({ __type: 'ThrottlingException', message: 'Rate exceeded' }));
        return;
      }
      const headers = new Headers(request.headers as Record<string, string>);
      for (const name of ['host', 'connection', 'content-length']) headers.delete(name);
      void forward(target, { method: 'POST', headers, body: Buffer.concat(chunks) }, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, said };
}

test('throttled, it waits and goes on, and leaves nothing out', async () => {
  const { runId } = newRef();
  await ship(`${runId}-abcde`, ['one', 'two']);
  const { server, url, said } = await throttling(endpoint);
  try {
    const place = { logGroup: GROUP, region: 'us-east-1', endpoint: url };
    const shipped = new CloudWatchShippedLogs(place);
    expect(await logOf(shipped, runId, `${runId}-abcde`)).toBe('one\ntwo\n');
    expect(said.length).toBeGreaterThanOrEqual(4);
    shipped.close();
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
