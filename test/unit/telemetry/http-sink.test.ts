import { createServer, type RequestListener, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { HttpSink } from '../../../telemetry/http-sink.ts';
import { eventually } from '../../support/eventually.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

async function receiver(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  servers.push(server);
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`;
}

function sinkTo(url: string) {
  const results: string[] = [];
  return { sink: new HttpSink(url, (result) => results.push(result)), results };
}

const event = (n: number) => ({ eventClassName: 'FlotillaTaskStatus', n });

test('each event is posted as timestamp and message', async () => {
  const got: { type: string | undefined; body: unknown }[] = [];
  const url = await receiver((request, response) => {
    response.end();
    const type = request.headers['content-type'];
    void text(request).then((body) => got.push({ type, body: JSON.parse(body) }));
  });
  const { sink, results } = sinkTo(url);
  sink.receive(event(1));
  await eventually('it arrives', () => results.length === 1 && got.length === 1);
  expect(got).toEqual([
    {
      type: 'application/json',
      body: { timestamp: expect.stringMatching(/^\d{4}-.*Z$/), message: event(1) },
    },
  ]);
  expect(results).toEqual(['sent']);
});

test('a receiver that answers 500 is asked again, one that answers 400 is not', async () => {
  let asked = 0;
  const failing = await receiver((_, response) => {
    asked += 1;
    response.writeHead(asked < 3 ? 500 : 200).end();
  });
  const again = sinkTo(failing);
  again.sink.receive(event(1));
  await eventually('it is sent', () => again.results.length === 1);
  expect([asked, again.results]).toEqual([3, ['sent']]);
  let refused = 0;
  const refusing = await receiver((_, response) => {
    refused += 1;
    response.writeHead(400).end();
  });
  const only = sinkTo(refusing);
  only.sink.receive(event(1));
  await eventually('it is dropped', () => only.results.length === 1);
  expect([refused, only.results]).toEqual([1, ['dropped']]);
});

test('a receiver that hangs holds up nobody, and what does not fit is dropped', async () => {
  const url = await receiver(() => undefined);
  const { sink, results } = sinkTo(url);
  const began = performance.now();
  for (let n = 0; n < 10_100; n += 1) sink.receive(event(n));
  expect(performance.now() - began).toBeLessThan(1_000);
  expect(results).toHaveLength(100);
  await sleep(50);
  // The end of the process waits for two seconds, not for the receiver.
  await sink.close();
  expect(performance.now() - began).toBeLessThan(6_000);
  expect(results.filter((result) => result === 'dropped')).toHaveLength(10_100);
});

test('what waits at the end of the process is sent', async () => {
  let taken = 0;
  const url = await receiver((_, response) => {
    taken += 1;
    setTimeout(() => response.end(), 20);
  });
  const { sink, results } = sinkTo(url);
  for (let n = 0; n < 40; n += 1) sink.receive(event(n));
  await sink.close();
  expect(results.filter((result) => result === 'sent')).toHaveLength(40);
  expect(taken).toBe(40);
});

test('nobody listening is no error', async () => {
  const { sink, results } = sinkTo('http://127.0.0.1:1/');
  sink.receive(event(1));
  await sleep(100);
  await sink.close();
  expect(results).toEqual(['dropped']);
});
