import { hostAndPort, httpUrl, list, listenAddress, listOf, text } from './values.ts';

const METRICS_CLIENTS = ['dogstatsd', 'prometheus'];
const isMetricsClient = (item: string): boolean => METRICS_CLIENTS.includes(item);
const EVENT_SINKS = ['stderr', 'http'];

/** What is told to whom: docs/observability.md says what that is. Nobody is told anything by default. */
export const telemetryKeys = {
  metrics_client: listOf(METRICS_CLIENTS.join(', '), isMetricsClient).default([]),
  /** Host of the Datadog agent, as its own libraries name the variable; port 8125. */
  dd_agent_host: text(/^\S+$/, 'a host').optional(),
  /** Wins over `dd_agent_host`. */
  metrics_dogstatsd_address: hostAndPort.optional(),
  /** Goes before the names of metrics, with a dot. */
  metrics_dogstatsd_namespace: text(/^\S+$/, 'a name without spaces').optional(),
  metrics_dogstatsd_tags: list.default([]),
  /** Where `/metrics` is read without a token. */
  metrics_listen_address: listenAddress.optional(),
  /** Where the metrics of Temporal's SDK are read. */
  temporal_metrics_listen_address: listenAddress.optional(),
  events_sink: listOf(EVENT_SINKS.join(', '), (item) => EVENT_SINKS.includes(item)).default([]),
  events_http_url: httpUrl.optional(),
  /** Base URL of a receiver of OTLP over HTTP; the path `/v1/traces` is added. */
  otel_exporter_otlp_endpoint: httpUrl.optional(),
  /** `name=value`, with commas, as OpenTelemetry has them. */
  otel_exporter_otlp_headers: text().optional(),
  otel_service_name: text().default('flotilla'),
};
