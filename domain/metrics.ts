/** `counter` counts; `timing` takes milliseconds; the others take values in the unit of their name. */
export type MetricKind = 'counter' | 'timing' | 'histogram' | 'distribution';

export interface MetricShape {
  kind: MetricKind;
  /**
   * Name to a Datadog agent, after the configured namespace: that of flotilla-os, in which `{engine}` is
   * the engine. Null where flotilla-os had no such thing.
   */
  dogstatsd: string | null;
  prometheus: string;
  labels: readonly Label[];
  /** How labels become tags; without a word `label:value`, for each that is not in the name. */
  tags?: 'values' | 'worker';
  help: string;
  /** Upper bounds of what Prometheus counts values by; in seconds for timings. */
  buckets?: readonly number[];
}

export type Label =
  | 'activity'
  | 'cluster'
  | 'code'
  | 'engine'
  | 'failure'
  | 'method'
  | 'result'
  | 'route'
  | 'sink'
  | 'source'
  | 'status'
  | 'tier'
  | 'type';

/** Labels of which there is no end: a Datadog agent gets them, Prometheus does not. */
export const UNBOUNDED: ReadonlySet<Label> = new Set<Label>(['source']);

const OF_ENGINE = ['engine', 'status', 'tier'] as const;
const OF_ARA = ['engine', 'cluster'] as const;
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const MEGABYTES = [512, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 128_000, 256_000];
const MILLICORES = [250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000];
const RATIOS = [1, 1.25, 1.5, 1.75, 2, 2.5, 3, 4, 6, 10];

/** Every metric; docs/metrics.md says when each counts, and which of flotilla-os are no more. */
export const METRICS = {
  enqueue: {
    kind: 'counter',
    dogstatsd: 'engine.{engine}.enqueue',
    prometheus: 'flotilla_engine_enqueue_total',
    labels: OF_ENGINE,
    help: 'Accepted runs whose workflow was started, or could not be started at once',
  },
  execute: {
    kind: 'counter',
    dogstatsd: 'engine.{engine}.execute',
    prometheus: 'flotilla_engine_execute_total',
    labels: OF_ENGINE,
    help: 'Launches of jobs',
  },
  terminate: {
    kind: 'counter',
    dogstatsd: 'engine.{engine}.terminate',
    prometheus: 'flotilla_engine_terminate_total',
    labels: OF_ENGINE,
    help: 'Jobs ended for a stop, a deadline or a declared status',
  },
  updateRun: {
    kind: 'timing',
    dogstatsd: 'engine.update_run',
    prometheus: 'flotilla_engine_update_run_seconds',
    labels: ['cluster'],
    tags: 'values',
    help: 'Time to write a step of a run to Postgres',
    buckets: SECONDS,
  },
  podNameChanged: {
    kind: 'counter',
    dogstatsd: 'engine.{engine}.run_podname_changed',
    prometheus: 'flotilla_engine_run_podname_changed_total',
    labels: ['engine'],
    help: 'Runs that went from one pod to another',
  },
  scaleUp: {
    kind: 'counter',
    dogstatsd: 'engine.{engine}.triggered_scale_up',
    prometheus: 'flotilla_engine_triggered_scale_up_total',
    labels: ['engine', 'source'],
    help: 'Events of pods for which the cluster autoscaler adds a node',
  },
  processRun: {
    kind: 'timing',
    dogstatsd: 'status_worker.timing.process_{engine}_run',
    prometheus: 'flotilla_status_process_run_seconds',
    labels: ['engine'],
    tags: 'worker',
    help: 'Time to handle a hint that a job has changed: look, and at its end store the log and decide',
    buckets: SECONDS,
  },
  fetchUpdateStatus: {
    kind: 'timing',
    dogstatsd: 'status_worker.timing.fetch_update_status',
    prometheus: 'flotilla_status_fetch_update_status_seconds',
    labels: ['engine'],
    tags: 'worker',
    help: 'Time that the engine takes to say how a job stands',
    buckets: SECONDS,
  },
  araAttempted: ara('counter', 'estimation_attempted', 'Attempts sized with regard to history'),
  araSucceeded: ara('counter', 'estimation_succeeded', 'Of these, those with a history'),
  araFailed: ara('counter', 'estimation_failed', 'Histories that could not be read'),
  araNoHistory: ara('counter', 'no_historical_data', 'Attempts without a history'),
  araNoHash: ara(
    'counter',
    'null_command_hash',
    'Attempts without a command, so without a history',
  ),
  araAdjusted: ara('counter', 'resource_adjustment', 'Attempts that got more because of history'),
  araMaxMemory: ara('counter', 'hit_max_memory', 'Attempts that were to get more than the most'),
  araMaxCpu: ara('counter', 'hit_max_cpu', 'Attempts that were to get more than the most'),
  araMemoryRatio: ara('histogram', 'memory_increase_ratio', 'Memory by history to without', RATIOS),
  araCpuRatio: ara('histogram', 'cpu_increase_ratio', 'CPU by history to without', RATIOS),
  araFinalMemory: ara('histogram', 'final_memory_mb', 'Megabytes given', MEGABYTES),
  araFinalCpu: ara('histogram', 'final_cpu_millicores', 'Millicores given', MILLICORES),
  araDefaultMemory: ara('distribution', 'default_memory', 'Megabytes without history', MEGABYTES),
  araMemory: ara('distribution', 'ara_memory', 'Megabytes with history', MEGABYTES),
  araDefaultCpu: ara('distribution', 'default_cpu', 'Millicores without history', MILLICORES),
  araCpu: ara('distribution', 'ara_cpu', 'Millicores with history', MILLICORES),
  araMemoryIncrease: ara('distribution', 'memory_increase', 'Megabytes by history', MEGABYTES),
  araCpuIncrease: ara('distribution', 'cpu_increase', 'Millicores by history', MILLICORES),

  httpRequest: {
    kind: 'timing',
    dogstatsd: null,
    prometheus: 'flotilla_http_request_duration_seconds',
    labels: ['method', 'route', 'code'],
    help: 'Time to the first byte of an answer, by the route that answered',
    buckets: SECONDS,
  },
  attemptEnded: {
    kind: 'counter',
    dogstatsd: null,
    prometheus: 'flotilla_attempts_ended_total',
    labels: ['cluster', 'failure'],
    help: 'Attempts that are over, by failure class; none for a job that exited with 0',
  },
  activityFailed: {
    kind: 'counter',
    dogstatsd: null,
    prometheus: 'flotilla_activity_failures_total',
    labels: ['activity', 'type'],
    help: 'Activities that failed, also where they are tried again',
  },
  event: {
    kind: 'counter',
    dogstatsd: null,
    prometheus: 'flotilla_events_total',
    labels: ['sink', 'result'],
    help: 'Events of runs that were sent, or dropped',
  },
  exceptionsAsked: {
    kind: 'counter',
    dogstatsd: null,
    prometheus: 'flotilla_exception_extractions_total',
    labels: ['result'],
    help: 'Failed runs for which eks_exception_extractor_url was asked',
  },
} as const satisfies Record<string, MetricShape>;

function ara<const K extends MetricKind>(
  kind: K,
  name: string,
  help: string,
  buckets: readonly number[] = [],
) {
  return {
    kind,
    dogstatsd: `engine.eks.ara.${name}`,
    prometheus: `flotilla_ara_${name}${kind === 'counter' ? '_total' : ''}`,
    labels: OF_ARA,
    help: `Adaptive resources: ${help}`,
    buckets,
  };
}

export interface GaugeValue {
  labels: Record<string, string>;
  value: number;
}

/** A value that is looked up when somebody reads it. */
export interface GaugeShape {
  name: string;
  help: string;
  labels: readonly string[];
  /** Never rejects. */
  read(): Promise<readonly GaugeValue[]>;
}

export type Metric = keyof typeof METRICS;
export type CounterName = {
  [Name in Metric]: (typeof METRICS)[Name]['kind'] extends 'counter' ? Name : never;
}[Metric];
export type ValueName = Exclude<Metric, CounterName>;

export type LabelsOf<Name extends Metric> = Record<
  (typeof METRICS)[Name]['labels'][number],
  string
>;

/**
 * Where the service counts. Calls return at once, never fail, and cost next to nothing where nobody
 * listens.
 */
export interface Metrics {
  /** False where nobody listens: nothing need be looked up for it. */
  readonly on: boolean;
  count<Name extends CounterName>(name: Name, labels: LabelsOf<Name>): void;
  /** @param value milliseconds for timings, else in the metric's unit */
  observe<Name extends ValueName>(name: Name, value: number, labels: LabelsOf<Name>): void;
}
