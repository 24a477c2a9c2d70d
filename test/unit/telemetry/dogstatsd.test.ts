import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { openDogStatsd, type DogStatsd } from '../../../telemetry/dogstatsd.ts';
import type { TelemetrySettings } from '../../../telemetry/settings.ts';
import { eventually } from '../../support/eventually.ts';

const opened: (Socket | DogStatsd)[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

const NONE: TelemetrySettings = {
  metrics_client: ['dogstatsd'],
  metrics_dogstatsd_tags: [],
  events_sink: [],
  otel_service_name: 'flotilla',
};

/** A Datadog agent as far as its socket: what it was sent, line by line. */
async function agent(): Promise<{ address: string; lines: string[] }> {
  const socket = createSocket('udp4');
  const lines: string[] = [];
  socket.on('message', (datagram) => lines.push(...String(datagram).split('\n').filter(Boolean)));
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  opened.push(socket);
  return { address: `127.0.0.1:${socket.address().port}`, lines };
}

function open(settings: Partial<TelemetrySettings>, warned: unknown[] = []): DogStatsd {
  const client = openDogStatsd({ ...NONE, ...settings }, (...args) => warned.push(args));
  opened.push(client);
  return client;
}

test('metrics reach the agent under the names, types and tags of flotilla-os', async () => {
  const { address, lines } = await agent();
  const client = open({
    metrics_dogstatsd_address: address,
    metrics_dogstatsd_namespace: 'my.flotilla',
    metrics_dogstatsd_tags: ['env:test'],
  });
  client.count('execute', { engine: 'eks', status: 'success', tier: '4' });
  client.count('enqueue', { engine: 'eks-spark', status: 'failure', tier: 'Tier1' });
  client.observe('updateRun', 12.5, { cluster: 'clusta' });
  client.observe('araMemoryRatio', 1.75, { engine: 'eks', cluster: 'clusta' });
  client.observe('araDefaultMemory', 512, { engine: 'eks', cluster: 'clusta' });
  client.observe('fetchUpdateStatus', 3, { engine: 'eks' });
  client.count('scaleUp', { engine: 'eks', source: 'pod-x.17a' });
  client.count('podNameChanged', { engine: 'eks' });
  await eventually('all lines', () => lines.length === 8);
  expect(lines.map((line) => line.replace(/workerid:\d+/, 'workerid:N'))).toEqual([
    'my.flotilla.engine.eks.execute:1|c|#env:test,status:success,tier:4',
    'my.flotilla.engine.emr.enqueue:1|c|#env:test,status:failure,tier:Tier1',
    'my.flotilla.engine.update_run:12.5|ms|#env:test,clusta',
    'my.flotilla.engine.eks.ara.memory_increase_ratio:1.75|h|#env:test,engine:eks,cluster:clusta',
    'my.flotilla.engine.eks.ara.default_memory:512|d|#env:test,engine:eks,cluster:clusta',
    'my.flotilla.status_worker.timing.fetch_update_status:3|ms|#env:test,workerid:N',
    'my.flotilla.engine.eks.triggered_scale_up:1|c|#env:test,source:pod-x.17a',
    'my.flotilla.engine.eks.run_podname_changed:1|c|#env:test',
  ]);
});

test('what flotilla-os did not have is not sent', async () => {
  const { address, lines } = await agent();
  const client = open({ metrics_dogstatsd_address: address });
  client.observe('httpRequest', 5, { method: 'GET', route: '/x', code: '200' });
  client.count('terminate', { engine: 'local', status: 'success', tier: '' });
  await eventually('a line', () => lines.length > 0);
  expect(lines).toEqual(['engine.local.terminate:1|c|#status:success,tier:']);
});

test('an agent that is away costs neither time nor an error', async () => {
  const warned: unknown[] = [];
  const client = open({ dd_agent_host: 'no-such-host.invalid' }, warned);
  const began = performance.now();
  for (let i = 0; i < 10_000; i += 1) client.observe('updateRun', i, { cluster: 'c' });
  expect(performance.now() - began).toBeLessThan(2_000);
  await eventually('one warning', () => warned.length === 1, 30_000);
  const closing = performance.now();
  await client.close();
  expect(performance.now() - closing).toBeLessThan(2_000);
}, 40_000);

test('an agent may be named by a name', async () => {
  const { address, lines } = await agent();
  const client = open({ metrics_dogstatsd_address: address.replace('127.0.0.1', 'localhost') });
  await eventually('a line', () => {
    client.observe('updateRun', 1, { cluster: 'c' });
    return lines.length > 0;
  });
  expect(lines[0]).toBe('engine.update_run:1|ms|#c');
});
