import type { Bar } from '../../parts/bar.ts';

interface Hour {
  /** The beginning of the hour, ISO 8601. */
  at: string;
  succeeded: number;
  failed: number;
  stopped_by_hand: number;
}

const HOUR_MS = 3_600_000;

/** A bar an hour, the earliest first. @param nameOf an hour for the axis */
export function hourBars(hours: readonly Hour[], nameOf: (at: string) => string): Bar[] {
  return hours.map(({ at, succeeded, failed, stopped_by_hand: stopped }) => ({
    at,
    hour: nameOf(at),
    succeeded,
    failed,
    stopped,
  }));
}

export function totalsOf(hours: readonly Hour[]) {
  const sum = (key: 'succeeded' | 'failed' | 'stopped_by_hand'): number =>
    hours.reduce((before, hour) => before + hour[key], 0);
  return { succeeded: sum('succeeded'), failed: sum('failed'), stopped: sum('stopped_by_hand') };
}

/** The runs that were queued in an hour, for the page of runs. */
export function hourSearch(at: string): { queued_since: string; queued_until: string } {
  return { queued_since: at, queued_until: new Date(Date.parse(at) + HOUR_MS).toISOString() };
}
