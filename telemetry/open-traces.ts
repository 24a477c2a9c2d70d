import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { Resource } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import {
  makeWorkflowExporter,
  OpenTelemetryActivityInboundInterceptor,
  OpenTelemetryActivityOutboundInterceptor,
  OpenTelemetryWorkflowClientInterceptor,
} from '@temporalio/interceptors-opentelemetry';
import { setLogFields } from './log.ts';
import type { TelemetrySettings } from './settings.ts';
import type { Traces } from './traces.ts';

/** How long the end of the process waits for a receiver. */
const CLOSE_WITHIN_MS = 3_000;

/**
 * Sends spans to a receiver of OTLP over HTTP, in batches; what a receiver does not take is dropped. The
 * variables `OTEL_TRACES_SAMPLER`, `OTEL_RESOURCE_ATTRIBUTES` and `OTEL_BSP_*` mean what they always do.
 * @param endpoint base URL; `/v1/traces` is added
 */
export function openTraces(endpoint: string, settings: TelemetrySettings): Traces {
  const resource = Resource.default().merge(
    new Resource({ 'service.name': settings.otel_service_name }),
  );
  const exporter = new OTLPTraceExporter({
    url: `${endpoint.replace(/\/+$/, '')}/v1/traces`,
    headers: headersOf(settings.otel_exporter_otlp_headers),
  });
  const processor = new BatchSpanProcessor(exporter);
  const provider = new NodeTracerProvider({ resource, spanProcessors: [processor] });
  provider.register();
  const tracer = provider.getTracer('flotilla');
  setLogFields(() => traceOf());
  return {
    async request(method, path, headers, answer) {
      const from = propagation.extract(context.active(), headers, {
        get: (carrier, name) => carrier.get(name) ?? undefined,
        keys: (carrier) => [...carrier.keys()],
      });
      const attributes = { 'http.request.method': method, 'url.path': path };
      const span = tracer.startSpan(method, { kind: SpanKind.SERVER, attributes }, from);
      try {
        const { route, status } = await context.with(trace.setSpan(from, span), answer);
        if (route !== null) span.updateName(`${method} ${route}`).setAttribute('http.route', route);
        span.setAttribute('http.response.status_code', status);
        if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
      } finally {
        span.end();
      }
    },
    client: new OpenTelemetryWorkflowClientInterceptor({ tracer }),
    activity: (ctx) => ({
      inbound: new OpenTelemetryActivityInboundInterceptor(ctx, { tracer }),
      outbound: new OpenTelemetryActivityOutboundInterceptor(ctx),
    }),
    sinks: { exporter: makeWorkflowExporter(processor, resource) },
    async close() {
      setLogFields(null);
      const late = new Promise<void>((resolve) => setTimeout(resolve, CLOSE_WITHIN_MS).unref());
      await Promise.race([provider.shutdown().catch(() => undefined), late]);
      trace.disable();
      context.disable();
      propagation.disable();
    },
  };
}

/** What a line of the log says of the trace that it belongs to. */
function traceOf(): Record<string, string> {
  const span = trace.getSpan(context.active())?.spanContext();
  return span === undefined ? {} : { trace_id: span.traceId, span_id: span.spanId };
}

/** `name=value`, with commas; values may be percent-encoded. */
function headersOf(text: string | undefined): Record<string, string> {
  const pairs = (text ?? '').split(',').map((pair) => /^\s*([^=\s]+)\s*=\s*(.*?)\s*$/.exec(pair));
  return Object.fromEntries(
    pairs.flatMap((match) => (match === null ? [] : [[match[1], decoded(match[2] ?? '')]])),
  );
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
