import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { startFlotilla, type TestFlotilla } from '../support/flotilla.ts';
import { samplesOf, type Sample } from '../support/prometheus-page.ts';

interface Told {
  timestamp: string;
  message: Record<string, unknown>;
}

let flotilla: TestFlotilla;
let agent: Socket;
let receiver: Server;
const lines: string[] = [];
const events: Told[] = [];

beforeAll(async () => {
  agent = createSocket('udp4');
  agent.on('message', (datagram) => lines.push(...String(datagram).split('\n').filter(Boolean)));
  agent.bind(0, '127.0.0.1');
  await once(agent, 'listening');
  receiver = createServer((request, response) => {
    response.end();
    void json(request).then((body) => events.push(body as Told));
  }).listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  flotilla = await startFlotilla({
    config: {
      metrics_client: 'dogstatsd, prometheus',
      metrics_dogstatsd_address: `127.0.0.1:${agent.address().port}`,
      metrics_dogstatsd_namespace: 'old',
      metrics_listen_address: '127.0.0.1:0',
      temporal_metrics_listen_address: '127.0.0.1:29465',
      events_sink: 'http',
      events_http_url: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`,
    },
  });
});
afterAll(async () => {
  await flotilla.stop();
  agent.close();
  receiver.close();
});

async function page(): Promise<Sample[]> {
  const answer = await fetch(`${flotilla.url}/metrics`);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
  return samplesOf(await answer.text());
}

function valueOf(samples: readonly Sample[], name: string, labels: Record<string, string>): number {
  const found = samples.filter(
    (sample) =>
      sample.name === name &&
      Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
  );
  return found.reduce((sum, { value }) => sum + value, 0);
}

function statusesOf(runId: string) {
  return events
    .map(({ message }) => message)
    .filter((one) => one['run_id'] === runId && one['eventClassName'] === 'FlotillaTaskStatus');
}

test('a run is counted and told of from its submission to its end', async () => {
  const { run_id: runId } = await flotilla.run('exit 3', { tier: '2' });
  await flotilla.until(runId, 'STOPPED');
  await eventually('all events', () =>
    statusesOf(runId).some((one) => one['status'] === 'STOPPED'),
  );
  expect(new Set(statusesOf(runId).map((one) => one['status']))).toEqual(
    new Set(['QUEUED', 'PENDING', 'RUNNING', 'STOPPED']),
  );
  const end = statusesOf(runId).find((one) => one['status'] === 'STOPPED');
  const run = await flotilla.get(runId);
  expect(end).toMatchObject({
    run_id: runId,
    definition_id: run.definition_id,
    cluster_name: 'default',
    command: 'exit 3',
    exit_code: 3,
    group_name: 'test',
    user: 'ada',
    task_type: 'task',
    env: run.env,
    executable_id: run.definition_id,
    executable_type: 'task_definition',
    finished_at: run.finished_at,
  });
  expect(end?.['duration']).toBeGreaterThanOrEqual(0);
  const submitted = events.map(({ message }) => message).filter((one) => one['run_id'] === runId);
  expect(submitted).toContainEqual({
    eventClassName: 'FlotillaSubmitTask',
    executable_id: run.definition_id,
    run_id: runId,
  });
  // The worker and the server each tell the agent when they have some lines together.
  for (const line of [
    /^old\.engine\.local\.execute:1\|c\|#status:success,tier:/,
    /^old\.engine\.local\.enqueue:1\|c\|#status:success,tier:/,
    /^old\.engine\.update_run:[\d.]+\|ms\|#default$/,
    /^old\.status_worker\.timing\.process_local_run:[\d.]+\|ms\|#workerid:\d+$/,
  ]) {
    await eventually(`the agent has heard ${line.source}`, () =>
      lines.some((one) => line.test(one)),
    );
  }
  const samples = await page();
  const local = { engine: 'local', status: 'success' };
  expect(valueOf(samples, 'flotilla_engine_execute_total', local)).toBe(1);
  expect(
    valueOf(samples, 'flotilla_attempts_ended_total', { cluster: 'default', failure: 'app-exit' }),
  ).toBe(1);
  expect(
    valueOf(samples, 'flotilla_http_request_duration_seconds_count', {
      method: 'PUT',
      route: '/api/v6/task/alias/:alias/execute',
      code: '200',
    }),
  ).toBe(1);
});

test('a stop counts as an end of a job, and a word on a closed run is told', async () => {
  const { run_id: runId } = await flotilla.run('sleep 300');
  await flotilla.until(runId, 'RUNNING');
  const running = await eventually('the page shows it', async () => {
    const samples = await page();
    return valueOf(samples, 'flotilla_runs', { status: 'RUNNING' }) === 1 ? samples : null;
  });
  expect(valueOf(running, 'flotilla_slots', { cluster: 'default', state: 'held' })).toBe(1);
  expect(running).toContainEqual({
    name: 'flotilla_runs',
    labels: { cluster: 'default', status: 'QUEUED' },
    value: 0,
  });
  await flotilla.api.json('POST', `/api/v8/runs/${runId}/stop`, {});
  await flotilla.until(runId, 'STOPPED');
  const samples = await page();
  const ends = { engine: 'local', status: 'success' };
  expect(valueOf(samples, 'flotilla_engine_terminate_total', ends)).toBe(1);
  await flotilla.api.json('PUT', `/api/v6/${runId}/status`, { status: 'STOPPED', exit_code: 7 });
  await eventually('the amendment', () => statusesOf(runId).some((one) => one['exit_code'] === 7));
});

test('a worker’s figures are read at an address of their own, without a token', async () => {
  const { metricsUrl } = flotilla.telemetry;
  const samples = samplesOf(await (await fetch(metricsUrl ?? '')).text());
  expect(valueOf(samples, 'flotilla_engine_execute_total', {})).toBeGreaterThan(0);
  expect(samples.some(({ name }) => name === 'nodejs_eventloop_lag_seconds')).toBe(true);
  expect((await fetch((metricsUrl ?? '').replace('/metrics', '/'))).status).toBe(404);
  const sdk = samplesOf(await (await fetch('http://127.0.0.1:29465/metrics')).text());
  expect(sdk.some(({ name }) => name.startsWith('temporal_'))).toBe(true);
});
