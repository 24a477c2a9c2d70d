import type { PodEvent } from './run.ts';

/** Something that happened to a run's job, or that Flotilla or an older one wrote of it. */
export interface RunEvent {
  /** Identity within the run. */
  uid: string;
  /** Null for what concerns no single attempt. */
  attempt: number | null;
  count: number;
  at: Date | null;
  type: string;
  reason: string;
  source: string;
  message: string;
}

/**
 * What the run's row and the cluster say of a run, by time, each thing once (pure). What has no time
 * comes first.
 */
export function mergeEvents(written: readonly PodEvent[], seen: readonly RunEvent[]): RunEvent[] {
  const all = [...written.map((event, place) => ofRow(event, place)), ...seen];
  const merged = new Map<string, RunEvent>();
  for (const event of all) {
    const { at, type, reason, source, message } = event;
    const key = JSON.stringify([at?.getTime(), type, reason, source, message]);
    if (!merged.has(key)) merged.set(key, event);
  }
  return [...merged.values()].toSorted(byTime);
}

/** Its place is its identity: what is written into a row is only ever added to. */
function ofRow(event: PodEvent, place: number): RunEvent {
  const at = event.timestamp === undefined ? NaN : Date.parse(event.timestamp);
  return {
    uid: `flotilla-${place}`,
    attempt: null,
    count: event.count ?? 1,
    at: Number.isNaN(at) ? null : new Date(at),
    type: event.event_type,
    reason: event.reason,
    source: event.source_object,
    message: event.message,
  };
}

/** The order of events: by time, then by identity, so that it is the same each time. */
export function byTime(a: Pick<RunEvent, 'at' | 'uid'>, b: Pick<RunEvent, 'at' | 'uid'>): number {
  const [first, second] = [a.at?.getTime() ?? 0, b.at?.getTime() ?? 0];
  if (first !== second) return first - second;
  return a.uid < b.uid ? -1 : Number(a.uid > b.uid);
}

/** An event in the wire form of flotilla-os. */
export function podEventOf({ at, type, reason, source, message, count }: RunEvent): PodEvent {
  return {
    ...(at === null ? {} : { timestamp: at.toISOString() }),
    event_type: type,
    reason,
    source_object: source,
    message,
    ...(count > 1 ? { count } : {}),
  };
}
