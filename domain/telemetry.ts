import type { Metrics } from './metrics.ts';
import type { RunEvents } from './event-messages.ts';

/** What tells others how the service does; made by what starts, and handed to every room. */
export interface Telemetry {
  metrics: Metrics;
  events: RunEvents;
}

const nothing = (): void => undefined;

/** Tells nobody. */
export const SILENT: Telemetry = {
  metrics: { on: false, count: nothing, observe: nothing },
  events: { on: false, emit: nothing },
};
