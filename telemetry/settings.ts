/** The keys of the configuration that say what is told to whom. */
export interface TelemetrySettings {
  metrics_client: readonly string[];
  /** Host of the Datadog agent. */
  dd_agent_host?: string | undefined;
  /** `host:port`; wins over `dd_agent_host`. */
  metrics_dogstatsd_address?: string | undefined;
  metrics_dogstatsd_namespace?: string | undefined;
  metrics_dogstatsd_tags: readonly string[];
  /** `host:port` at which `/metrics` is read without a token. */
  metrics_listen_address?: string | undefined;
  events_sink: readonly string[];
  events_http_url?: string | undefined;
  otel_exporter_otlp_endpoint?: string | undefined;
  otel_exporter_otlp_headers?: string | undefined;
  otel_service_name: string;
}
