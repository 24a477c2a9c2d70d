import { Runtime, type TelemetryOptions } from '@temporalio/worker';
import type { Logger } from './log.ts';
import { temporalLogger } from './temporal-logger.ts';

let installed = false;

/**
 * Temporal's SDK logs through ours; it allows that once a process.
 * @param metricsAt where the SDK serves its own metrics to Prometheus; null for nowhere
 */
export function installRuntime(
  log: Logger,
  metricsAt: { host: string; port: number } | null,
): void {
  if (installed) return;
  installed = true;
  Runtime.install({
    logger: temporalLogger(log),
    shutdownSignals: [],
    ...(metricsAt === null ? {} : { telemetryOptions: metricsOptions(metricsAt) }),
  });
}

function metricsOptions({ host, port }: { host: string; port: number }): TelemetryOptions {
  const bindAddress = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  return { metrics: { prometheus: { bindAddress, useSecondsForDurations: true } } };
}
