import type { RunEvent, RunEvents } from '../domain/event-messages.ts';
import type { Metrics } from '../domain/metrics.ts';
import { HttpSink } from './http-sink.ts';
import type { TelemetrySettings } from './settings.ts';

/** One place that events go to. */
export interface EventSink {
  /** Returns at once. */
  receive(event: RunEvent): void;
  /** Waits a moment for what is left. */
  close(): Promise<void>;
}

/** A line of JSON on standard error for each event, among those of the log, which have a `level`. */
class StderrSink implements EventSink {
  readonly #metrics: Metrics;

  constructor(metrics: Metrics) {
    this.#metrics = metrics;
  }

  receive(message: RunEvent): void {
    const line = JSON.stringify({ timestamp: new Date().toISOString(), message });
    process.stderr.write(`${line}\n`);
    this.#metrics.count('event', { sink: 'stderr', result: 'sent' });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** Where events go, by configuration. */
export function openEvents(
  settings: TelemetrySettings,
  metrics: Metrics,
): RunEvents & { close(): Promise<void> } {
  const { events_sink: named, events_http_url: url } = settings;
  const sinks: EventSink[] = [];
  if (named.includes('stderr')) sinks.push(new StderrSink(metrics));
  if (named.includes('http') && url !== undefined) {
    sinks.push(new HttpSink(url, (result) => metrics.count('event', { sink: 'http', result })));
  }
  return {
    on: sinks.length > 0,
    emit: (event) => sinks.forEach((sink) => sink.receive(event)),
    close: async () => void (await Promise.all(sinks.map((sink) => sink.close()))),
  };
}
