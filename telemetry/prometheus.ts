import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import {
  METRICS,
  UNBOUNDED,
  type GaugeShape,
  type Label,
  type Metric,
  type Metrics,
  type MetricShape,
} from '../domain/metrics.ts';

export interface PrometheusMetrics extends Metrics {
  /** Replaces a gauge of the same name. */
  gauge(shape: GaugeShape): void;
  /** In the text format of Prometheus. */
  page(): Promise<{ type: string; text: string }>;
  close(): void;
}

/** Everything in a registry of its own, with what prom-client measures of the process. */
export function openPrometheus(): PrometheusMetrics {
  const register = new Registry();
  collectDefaultMetrics({ register });
  const made = new Map(
    Object.entries(METRICS).map(([name, shape]) => [name as Metric, make(shape, register)]),
  );
  return {
    on: true,
    count(name, labels) {
      const metric = made.get(name);
      if (metric instanceof Counter) metric.inc(bounded(labels));
    },
    observe(name, value, labels) {
      const metric = made.get(name);
      const inUnit = METRICS[name].kind === 'timing' ? value / 1000 : value;
      if (metric instanceof Histogram) metric.observe(bounded(labels), inUnit);
    },
    gauge({ name, help, labels, read }) {
      register.removeSingleMetric(name);
      const gauge = new Gauge({
        name,
        help,
        labelNames: [...labels],
        registers: [register],
        async collect() {
          const values = await read();
          gauge.reset();
          for (const { labels: of, value } of values) gauge.set(of, value);
        },
      });
    },
    async page() {
      return { type: register.contentType, text: await register.metrics() };
    },
    close: () => register.clear(),
  };
}

function make(shape: MetricShape, register: Registry): Counter | Histogram {
  const common = {
    name: shape.prometheus,
    help: shape.help,
    labelNames: shape.labels.filter((label) => !UNBOUNDED.has(label)),
    registers: [register],
  };
  if (shape.kind === 'counter') return new Counter(common);
  return new Histogram({
    ...common,
    ...(shape.buckets === undefined ? {} : { buckets: [...shape.buckets] }),
  });
}

function bounded(labels: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(labels).filter(([label]) => !UNBOUNDED.has(label as Label)),
  );
}
