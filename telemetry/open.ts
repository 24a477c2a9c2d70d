import { FlotillaError } from '../domain/errors.ts';
import type { Metrics } from '../domain/metrics.ts';
import type { Telemetry } from '../domain/telemetry.ts';
import type { DogStatsd } from './dogstatsd.ts';
import { openEvents } from './events.ts';
import type { Logger } from './log.ts';
import { serveMetrics } from './metrics-server.ts';
import type { PrometheusMetrics } from './prometheus.ts';
import type { TelemetrySettings } from './settings.ts';
import type { Traces } from './traces.ts';

/** What a process tells of itself. */
export interface OpenTelemetry extends Telemetry {
  /** What `/metrics` shows; null where Prometheus is not among the configured clients. */
  prometheus: PrometheusMetrics | null;
  /** Where that is read without a token, if anywhere. */
  metricsUrl: string | null;
  /** Null where nobody receives them. */
  traces: Traces | null;
  /** Sends what is left, within seconds. */
  close(): Promise<void>;
}

/**
 * Opens what is configured, once a process; a library is loaded only where it is needed.
 * @param parseAddress reads a `host:port` of the configuration
 * @throws FlotillaError `invalid` where a key is missing that another one needs
 */
export async function openTelemetry(
  settings: TelemetrySettings,
  log: Logger,
  parseAddress: (given: string) => { host: string; port: number },
): Promise<OpenTelemetry> {
  if (settings.events_sink.includes('http') && settings.events_http_url === undefined) {
    throw new FlotillaError('invalid', 'events_sink: http needs events_http_url');
  }
  const dogstatsd = await dogstatsdOf(settings, log);
  const prometheus = await prometheusOf(settings);
  const address = settings.metrics_listen_address;
  if (address !== undefined && prometheus === null) {
    throw new FlotillaError('invalid', 'metrics_listen_address needs prometheus in metrics_client');
  }
  const server =
    address === undefined || prometheus === null
      ? null
      : await serveMetrics(parseAddress(address), prometheus);
  if (server !== null) log.info({ url: server.url }, 'metrics are served');
  const metrics = both([dogstatsd, prometheus].filter((one) => one !== null));
  const events = openEvents(settings, metrics);
  const traces = await tracesOf(settings);
  return {
    metrics,
    events,
    prometheus,
    traces,
    metricsUrl: server?.url ?? null,
    async close() {
      await traces?.close();
      await events.close();
      await dogstatsd?.close();
      await server?.close();
      prometheus?.close();
    },
  };
}

async function dogstatsdOf(settings: TelemetrySettings, log: Logger): Promise<DogStatsd | null> {
  if (!settings.metrics_client.includes('dogstatsd')) return null;
  const { openDogStatsd } = await import('./dogstatsd.ts');
  return openDogStatsd(settings, (message, detail) => log.warn(detail, message));
}

async function prometheusOf(settings: TelemetrySettings): Promise<PrometheusMetrics | null> {
  if (!settings.metrics_client.includes('prometheus')) return null;
  const { openPrometheus } = await import('./prometheus.ts');
  return openPrometheus();
}

async function tracesOf(settings: TelemetrySettings): Promise<Traces | null> {
  const endpoint = settings.otel_exporter_otlp_endpoint;
  if (endpoint === undefined) return null;
  const { openTraces } = await import('./open-traces.ts');
  return openTraces(endpoint, settings);
}

function both(clients: readonly Metrics[]): Metrics {
  return {
    on: clients.length > 0,
    count: (name, labels) => clients.forEach((client) => client.count(name, labels)),
    observe: (name, value, labels) =>
      clients.forEach((client) => client.observe(name, value, labels)),
  };
}
