import { randomInt } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { StatsD } from 'hot-shots';
import { METRICS, type Metric, type Metrics, type MetricShape } from '../domain/metrics.ts';
import type { TelemetrySettings } from './settings.ts';

const PORT = 8125;
/** Milliseconds that a metric waits for others to share a datagram with. */
const FLUSH_MS = 250;
const MAX_DATAGRAM = 1432;

/** How long it takes until a name leads to another agent; one that leads nowhere is asked again after it. */
const LOOK_AGAIN_MS = 30_000;
/** How long the end of the process waits for what is left. */
const CLOSE_WITHIN_MS = 1_000;

export interface DogStatsd extends Metrics {
  close(): Promise<void>;
}

type Warn = (message: string, detail: Record<string, unknown>) => void;

/**
 * Sends metrics to a Datadog agent under the names and tags of flotilla-os. They go by UDP: an agent
 * that is away costs nothing and is not noticed, but for what `warn` is told once.
 */
export function openDogStatsd(settings: TelemetrySettings, warn: Warn): DogStatsd {
  const agent = followAgent(settings, warn);
  const worker = `workerid:${randomInt(2 ** 47)}`;
  return {
    on: true,
    count(name, labels) {
      const named = nameOf(name, labels);
      if (named !== null) agent.client?.increment(named, 1, tagsOf(name, labels, worker));
    },
    observe(name, value, labels) {
      const named = nameOf(name, labels);
      const { client } = agent;
      if (named === null || client === null) return;
      const tags = tagsOf(name, labels, worker);
      const { kind } = METRICS[name];
      if (kind === 'timing') client.timing(named, value, tags);
      else if (kind === 'histogram') client.histogram(named, value, tags);
      else client.distribution(named, value, tags);
    },
    close: () => agent.close(),
  };
}

interface Agent {
  /** Null while its name leads nowhere: what is counted then is lost. */
  readonly client: StatsD | null;
  close(): Promise<void>;
}

/**
 * The client would look up a name for each datagram, and a look-up that hangs holds one of the process's
 * few threads; so names are looked up here, now and then.
 */
function followAgent(settings: TelemetrySettings, warn: Warn): Agent {
  const { host, port } = agentOf(settings);
  let client: StatsD | null = null;
  let at: string | null = null;
  let timer: NodeJS.Timeout | null = null;
  let warned = false;
  const tell = (error: Error): void => {
    if (warned) return;
    warned = true;
    warn('metrics do not reach the Datadog agent', { address: host, error: error.message });
  };
  const use = (address: string): void => {
    if (address === at) return;
    client?.close(() => undefined);
    [client, at] = [clientOf(address, port, settings, tell), address];
  };
  const look = (): void => {
    lookup(host)
      .then(({ address }) => use(address), tell)
      .finally(() => (timer = setTimeout(look, LOOK_AGAIN_MS).unref()));
  };
  if (isIP(host) === 0) look();
  else use(host);
  return {
    get client() {
      return client;
    },
    async close() {
      if (timer !== null) clearTimeout(timer);
      const last = client;
      client = null;
      if (last === null) return;
      const closed = new Promise<void>((resolve) => last.close(() => resolve()));
      await Promise.race([closed, sleep(CLOSE_WITHIN_MS, undefined, { ref: false })]);
    },
  };
}

function clientOf(
  host: string,
  port: number,
  settings: TelemetrySettings,
  errorHandler: (error: Error) => void,
): StatsD {
  const client = new StatsD({
    host,
    port,
    prefix: prefixOf(settings.metrics_dogstatsd_namespace),
    globalTags: [...settings.metrics_dogstatsd_tags],
    // What the environment says of Datadog belongs to its own tracer; tags are those configured.
    includeDataDogTags: false,
    includeDatadogTelemetry: false,
    udpSocketOptions: { type: isIP(host) === 6 ? 'udp6' : 'udp4' },
    maxBufferSize: MAX_DATAGRAM,
    bufferFlushInterval: FLUSH_MS,
    errorHandler,
  });
  // A process that has nothing else to do may end.
  client.socket?.unref?.();
  return client;
}

function agentOf(settings: TelemetrySettings): { host: string; port: number } {
  const { dd_agent_host: named = 'localhost', metrics_dogstatsd_address: address } = settings;
  if (address === undefined) return { host: bare(named), port: PORT };
  const match = /^(.+?)(?::(\d+))?$/.exec(address);
  return { host: bare(match?.[1] ?? address), port: Number(match?.[2] ?? PORT) };
}

/** An address of IPv6 without the brackets that it has beside a port. */
function bare(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1');
}

/** As the client of flotilla-os does it. */
function prefixOf(namespace: string | undefined): string {
  if (namespace === undefined) return '';
  return namespace.endsWith('.') ? namespace : `${namespace}.`;
}

/** flotilla-os calls its Spark engine by the service that runs it. */
function nameOf(name: Metric, labels: Record<string, string>): string | null {
  const engine = labels['engine'] ?? '';
  return (
    METRICS[name].dogstatsd?.replace('{engine}', engine === 'eks-spark' ? 'emr' : engine) ?? null
  );
}

function tagsOf(name: Metric, labels: Record<string, string>, worker: string): string[] {
  const shape: MetricShape = METRICS[name];
  if (shape.tags === 'worker') return [worker];
  const left = shape.labels.filter(
    (label) => label !== 'engine' || !shape.dogstatsd?.includes('{engine}'),
  );
  return left.map((label) => {
    const value = labels[label] ?? '';
    return shape.tags === 'values' ? value : `${label}:${value}`;
  });
}
