import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { startFlotilla, type TestFlotilla } from '../support/flotilla.ts';

interface Span {
  name: string;
  traceId: Uint8Array;
  spanId: Uint8Array;
  parentSpanId: Uint8Array;
  kind: number;
  attributes: { key: string; value: { stringValue?: string; intValue?: unknown } }[];
}
interface Exported {
  resourceSpans: { scopeSpans: { spans: Span[] }[] }[];
}

/** The messages of OTLP, as OpenTelemetry generates them for its own use. */
const messages = createRequire(import.meta.url)(
  '@opentelemetry/otlp-transformer/build/src/generated/root',
) as {
  opentelemetry: {
    proto: {
      collector: {
        trace: { v1: { ExportTraceServiceRequest: { decode(bytes: Uint8Array): Exported } } };
      };
    };
  };
};
const { ExportTraceServiceRequest } = messages.opentelemetry.proto.collector.trace.v1;

let flotilla: TestFlotilla;
let receiver: Server;
const spans: Span[] = [];
const seen: { url: string | undefined; type: string | undefined; key: unknown }[] = [];

beforeAll(async () => {
  process.env['OTEL_BSP_SCHEDULE_DELAY'] = '200';
  receiver = createServer((request, response) => {
    seen.push({
      url: request.url,
      type: request.headers['content-type'],
      key: request.headers['x-key'],
    });
    void buffer(request).then((body) => {
      const { resourceSpans } = ExportTraceServiceRequest.decode(body);
      spans.push(...resourceSpans.flatMap((one) => one.scopeSpans.flatMap((two) => two.spans)));
      return response.end();
    });
  }).listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  const { port } = receiver.address() as AddressInfo;
  flotilla = await startFlotilla({
    config: {
      otel_exporter_otlp_endpoint: `http://127.0.0.1:${port}/`,
      otel_exporter_otlp_headers: 'x-key=a%20key',
    },
  });
});
afterAll(async () => {
  await flotilla.stop();
  receiver.close();
});

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const TRACE = '0af7651916cd43dd8448eb211c80319c';
const CALLER = 'b7ad6b7169203331';

function named(name: string): Span | undefined {
  return spans.find((span) => hex(span.traceId) === TRACE && span.name === name);
}

test('one trace goes from the call through the workflow to the launch of the job', async () => {
  const alias = await flotilla.define('exit 0');
  const answer = await fetch(`${flotilla.url}/api/v6/task/alias/${alias}/execute`, {
    method: 'PUT',
    headers: { traceparent: `00-${TRACE}-${CALLER}-01` },
    body: JSON.stringify({ cluster: 'default', run_tags: { owner_id: 'ada' } }),
  });
  const { run_id: runId } = (await answer.json()) as { run_id: string };
  await flotilla.until(runId, 'STOPPED');
  await eventually('all spans', () => named('RunWorkflow:run') !== undefined);
  const chain = [
    'RunActivity:launchJob',
    'StartActivity:launchJob',
    'RunWorkflow:run',
    'StartWorkflow:run',
    'PUT /api/v6/task/alias/:alias/execute',
  ];
  for (const [i, name] of chain.entries()) {
    const span = named(name);
    expect([name, span === undefined]).toEqual([name, false]);
    const parent = chain[i + 1];
    const expected = parent === undefined ? CALLER : hex(named(parent)?.spanId ?? new Uint8Array());
    expect([name, hex(span?.parentSpanId ?? new Uint8Array())]).toEqual([name, expected]);
  }
  const request = named('PUT /api/v6/task/alias/:alias/execute');
  const attributes = Object.fromEntries(
    (request?.attributes ?? []).map(({ key, value }) => [
      key,
      value.stringValue ?? Number(value.intValue),
    ]),
  );
  expect(attributes).toMatchObject({
    'http.request.method': 'PUT',
    'http.route': '/api/v6/task/alias/:alias/execute',
    'http.response.status_code': 200,
  });
  // Traces may be turned off, and on, while a run goes on.
  const history = await flotilla.temporal.workflow.getHandle(runId).fetchHistory();
  const sinks = { exporter: { export: { fn: () => undefined } } };
  for (const name of ['workflow-bundle.js', 'workflow-bundle-traced.js']) {
    const codePath = fileURLToPath(new URL(`../../dist/${name}`, import.meta.url));
    await Worker.runReplayHistory({ workflowBundle: { codePath }, sinks }, history, runId);
  }
  expect(seen[0]).toEqual({ url: '/v1/traces', type: 'application/x-protobuf', key: 'a key' });
});

test('a call without a trace begins one, and a stop is in it', async () => {
  const { run_id: runId } = await flotilla.run('sleep 300');
  await flotilla.until(runId, 'RUNNING');
  await flotilla.api.json('POST', `/api/v8/runs/${runId}/stop`, {});
  await flotilla.until(runId, 'STOPPED');
  const stop = await eventually('the span of the stop', () =>
    spans.find((span) => span.name === 'POST /api/v8/runs/:run_id/stop'),
  );
  const signal = await eventually('the signal', () =>
    spans.find(
      (span) => span.name.startsWith('HandleSignal') && hex(span.traceId) === hex(stop.traceId),
    ),
  );
  expect(signal.name).toBe('HandleSignal:stop');
});
